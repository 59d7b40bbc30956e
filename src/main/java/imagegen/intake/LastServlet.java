package imagegen.intake;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;

/** Has no address. The server starts it after all others, and then the application is up: {@link IntakeProducer#begin}. */
public class LastServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    @Inject
    private transient IntakeProducer intake;

    @Override
    public void init() {
        intake.begin();
    }
}
