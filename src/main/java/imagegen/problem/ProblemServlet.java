package imagegen.problem;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The error page of web.xml: errors that never reached a resource, such as an unknown path, as documents too. */
@WebServlet(urlPatterns = {ProblemServlet.PATH, ProblemServlet.WADL}, asyncSupported = true)
public class ProblemServlet extends HttpServlet {

    /** Named in web.xml's {@code error-page}. */
    static final String PATH = "/problem";

    /** The description that Jersey makes up of its own accord. */
    static final String WADL = "/api/application.wadl";

    private static final long serialVersionUID = 1;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        problem(request).write(response);
    }

    private static Problem problem(HttpServletRequest request) {
        // Asked for by name, there is nothing here.
        if (request.getDispatcherType() != DispatcherType.ERROR) {
            return Problem.of(ProblemType.NOT_FOUND);
        }
        var status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 500;
        // The container has logged an exception that it caught itself; the caller still gets an id to quote. Open
        // Liberty has one for every file that is not there as well, under a status that says so.
        if (status >= 500 && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
            return Diagnosis.of(failure);
        }
        var problem = Problem.ofStatus(Math.clamp(status, 400, 599));
        // Out here a 403 is about the path, whoever asks.
        return status == 401 ? Refusal.of(request, problem) : problem;
    }
}
