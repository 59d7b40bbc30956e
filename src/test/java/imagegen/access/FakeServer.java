package imagegen.access;

import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.CallerPrincipal;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A server that knows a few good tokens, and remembers whom it was told to log in. */
final class FakeServer implements CookieAuthenticationMechanism.Verifier {

    private final Map<String, Set<String>> goodTokens = new HashMap<>();
    final List<String> verified = new ArrayList<>();
    Optional<String> loggedIn = Optional.empty();
    boolean asked;
    boolean constrained;

    void trusts(String token, String... groups) {
        goodTokens.put(token, Set.of(groups));
    }

    @Override
    public AuthenticationStatus verify(HttpServletRequest request, jakarta.servlet.http.HttpServletResponse response,
                                       HttpMessageContext context) {
        var header = request.getHeader("Authorization");
        assert header.equals(request.getHeaders("authorization").nextElement());
        // As strict as Payara is.
        var token = header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
        verified.add(token);
        return goodTokens.containsKey(token)
                ? context.notifyContainerAboutLogin(
                        new CredentialValidationResult(new CallerPrincipal(token), goodTokens.get(token)))
                : context.responseUnauthorized();
    }

    HttpMessageContext context() {
        return (HttpMessageContext) Proxy.newProxyInstance(getClass().getClassLoader(),
                new Class<?>[] {HttpMessageContext.class}, (proxy, called, arguments) -> switch (called.getName()) {
                    case "isProtected" -> constrained || asked;
                    case "isAuthenticationRequest" -> asked;
                    case "doNothing" -> AuthenticationStatus.NOT_DONE;
                    case "notifyContainerAboutLogin" -> {
                        var result = (CredentialValidationResult) arguments[0];
                        loggedIn = Optional.of(result.getCallerPrincipal().getName());
                        yield AuthenticationStatus.SUCCESS;
                    }
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }
}
