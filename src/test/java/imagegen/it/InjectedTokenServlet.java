package imagegen.it;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Says who calls, as any other code in the WAR would ask. */
@WebServlet("/" + InjectedTokenServlet.PATH)
public class InjectedTokenServlet extends HttpServlet {

    static final String PATH = "who";

    private static final long serialVersionUID = 1;

    @Inject
    private transient JsonWebToken token;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var principal = request.getUserPrincipal();
        response.getWriter().print((principal == null ? null : principal.getName()) + " " + token.getName() + " "
                + (principal instanceof JsonWebToken) + " " + request.isUserInRole("user"));
    }
}
