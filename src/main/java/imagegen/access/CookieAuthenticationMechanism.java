package imagegen.access;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import imagegen.problem.Refusal;
import imagegen.telemetry.Telemetry;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContextWrapper;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Lets native EventSource and WebSocket, which can set no header, authenticate by cookie: shows the container's own
 * MP-JWT mechanism a request with an {@code Authorization} header made from the session cookie.
 *
 * <p>Nothing is refused here but WebSocket handshakes, whose endpoint could no longer answer with a status. A token
 * that is no good leaves any other request anonymous, with a note of what was wrong with it: where a group is
 * required the caller is told, and a stale cookie neither breaks the page nor keeps anybody from signing in.
 *
 * <p>Needs a server whose MP-JWT is a Jakarta Security mechanism, as Payara's is. Where there is none, no token is
 * accepted.
 */
@Alternative
@Priority(1000)
@ApplicationScoped
public class CookieAuthenticationMechanism implements HttpAuthenticationMechanism {

    /** The group that every caller of the gateway needs. */
    static final String GROUP = "user";

    private static final System.Logger LOG = System.getLogger(CookieAuthenticationMechanism.class.getName());

    private final Verifier verifier;
    private final Origins origins;
    private final TokenClock clock;
    private final Telemetry telemetry;
    private final Duration skew;

    /** Whether a token is good, which is the container's to say. */
    @FunctionalInterface
    interface Verifier {

        /** Logs the caller in through {@code context}, or tells it that they are unauthorized. */
        AuthenticationStatus verify(HttpServletRequest request, HttpServletResponse response,
                                    HttpMessageContext context) throws AuthenticationException;
    }

    /** For the container's proxy only. */
    protected CookieAuthenticationMechanism() {
        this((Verifier) null, null, null, null, Duration.ZERO);
    }

    @Inject
    public CookieAuthenticationMechanism(BeanManager beans, Origins origins, TokenClock clock, Telemetry telemetry,
            @ConfigProperty(name = "mp.jwt.verify.clock.skew", defaultValue = "0") int skewSeconds) {
        this(containers(beans), origins, clock, telemetry, Duration.ofSeconds(skewSeconds));
    }

    CookieAuthenticationMechanism(Verifier verifier, Origins origins, TokenClock clock, Telemetry telemetry,
                                  Duration skew) {
        this.verifier = verifier;
        this.origins = origins;
        this.clock = clock;
        this.telemetry = telemetry;
        this.skew = skew;
    }

    // An Instance would hide it behind this alternative.
    private static Verifier containers(BeanManager beans) {
        var found = beans.getBeans(HttpAuthenticationMechanism.class, Any.Literal.INSTANCE).stream()
                .filter(bean -> bean.getBeanClass() != CookieAuthenticationMechanism.class)
                .findFirst();
        if (found.isEmpty()) {
            LOG.log(System.Logger.Level.ERROR, "this server brings no MP-JWT mechanism: no token will be accepted");
            return (request, response, context) -> context.responseUnauthorized();
        }
        Bean<?> bean = found.get();
        var mechanism = (HttpAuthenticationMechanism) beans.getReference(bean, HttpAuthenticationMechanism.class,
                beans.createCreationalContext(bean));
        return mechanism::validateRequest;
    }

    @Override
    public AuthenticationStatus validateRequest(HttpServletRequest request, HttpServletResponse response,
                                                HttpMessageContext context) throws AuthenticationException {
        var handshake = handshake(request);
        if (handshake && !origins.allowsHandshake(request)) {
            return refuse(response, Problem.of(ProblemType.ORIGIN_REFUSED));
        }
        var credentials = Credentials.of(request);
        // Where a group is required the container asks a second time; the answer is the same.
        var problem = Refusal.noted(request).or(() -> Optional.of(Problem.of(ProblemType.TOKEN_MISSING)));
        if (credentials.isPresent() && Refusal.noted(request).isEmpty()) {
            var attempt = new Attempt(context, handshake);
            problem = problem(credentials.get(), request, response, attempt);
            if (problem.isEmpty()) {
                return attempt.status;
            }
        }
        // A resource that asks (isAuthenticationRequest) answers for itself.
        if (handshake || context.isProtected() && !context.isAuthenticationRequest()) {
            return refuse(response, problem.get());
        }
        Refusal.note(request, problem.get());
        return context.doNothing();
    }

    private Optional<Problem> problem(Credentials credentials, HttpServletRequest request,
                                      HttpServletResponse response, Attempt attempt) throws AuthenticationException {
        if (credentials.byCookie() && !origins.allowsChange(request)) {
            return Optional.of(Problem.of(ProblemType.ORIGIN_REFUSED));
        }
        var claims = Claims.of(credentials.token());
        if (claims.isEmpty()) {
            return Optional.of(Problem.of(ProblemType.TOKEN_INVALID));
        }
        // Not verified, so only good for choosing the words; that it is no good needs no verifying, and spares the
        // server's log the stack trace that Payara writes of every such token.
        var expired = !claims.get().expiresAt().plus(skew).isAfter(clock.now());
        if (expired) {
            return Optional.of(Problem.of(ProblemType.TOKEN_EXPIRED));
        }
        attempt.status = verifier.verify(new Presented(request, credentials.token()), response, attempt);
        if (attempt.forbidden) {
            return Optional.of(Problem.of(ProblemType.FORBIDDEN));
        }
        if (attempt.status == AuthenticationStatus.SUCCESS && attempt.loggedIn) {
            return Optional.empty();
        }
        return Optional.of(Problem.of(ProblemType.TOKEN_INVALID));
    }

    private static boolean handshake(HttpServletRequest request) {
        return Credentials.path(request).startsWith("/ws/")
                || "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    private AuthenticationStatus refuse(HttpServletResponse response, Problem problem)
            throws AuthenticationException {
        try {
            telemetry.refused(problem.name());
            problem.write(response);
            return AuthenticationStatus.SEND_FAILURE;
        } catch (IOException e) {
            throw new AuthenticationException("the refusal could not be written", e);
        }
    }

    /** Hears what the container's mechanism makes of a token, and keeps it from answering in its own words. */
    private static final class Attempt extends HttpMessageContextWrapper {

        private final boolean groupRequired;
        private AuthenticationStatus status = AuthenticationStatus.NOT_DONE;
        private boolean loggedIn;
        private boolean forbidden;

        Attempt(HttpMessageContext context, boolean groupRequired) {
            super(context);
            this.groupRequired = groupRequired;
        }

        @Override
        public AuthenticationStatus notifyContainerAboutLogin(CredentialValidationResult result) {
            forbidden = groupRequired && !result.getCallerGroups().contains(GROUP);
            if (forbidden) {
                return AuthenticationStatus.SEND_FAILURE;
            }
            loggedIn = true;
            return super.notifyContainerAboutLogin(result);
        }

        @Override
        public AuthenticationStatus responseUnauthorized() {
            return AuthenticationStatus.SEND_FAILURE;
        }
    }

    /** The request as the container's mechanism wants to see it. */
    private static final class Presented extends HttpServletRequestWrapper {

        private static final String HEADER = "Authorization";

        private final String value;

        Presented(HttpServletRequest request, String token) {
            super(request);
            this.value = "Bearer " + token;
        }

        @Override
        public String getHeader(String name) {
            return HEADER.equalsIgnoreCase(name) ? value : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return HEADER.equalsIgnoreCase(name)
                    ? Collections.enumeration(List.of(value)) : super.getHeaders(name);
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            Set<String> names = new LinkedHashSet<>(Collections.list(super.getHeaderNames()));
            names.removeIf(HEADER::equalsIgnoreCase);
            names.add(HEADER);
            return Collections.enumeration(names);
        }
    }
}
