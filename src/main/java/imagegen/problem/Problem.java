package imagegen.problem;

import static imagegen.problem.JsonP.JSON;

import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * One problem document (RFC 9457), with the HTTP headers that belong to it. Immutable; the {@code with} methods answer
 * a changed copy. Nothing in it may tell more than its caller is allowed to know.
 *
 * @param type a URI; {@code about:blank} for a bare status
 * @param extensions further members, in the order they are written
 * @param headers such as {@code Retry-After}; never {@code Content-Type}
 */
public record Problem(String type, String title, int status, Optional<String> detail, Optional<String> instance,
                      Map<String, String> extensions, Map<String, String> headers) {

    public static final String MEDIA_TYPE = "application/problem+json";

    private static final Set<String> OWN_MEMBERS = Set.of("type", "title", "status", "detail", "instance");

    public Problem {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(title, "title");
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("not an error status: " + status);
        }
        if (!Collections.disjoint(extensions.keySet(), OWN_MEMBERS)) {
            throw new IllegalArgumentException("an extension hides a member of RFC 9457: " + extensions.keySet());
        }
        extensions = Collections.unmodifiableMap(new LinkedHashMap<>(extensions));
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** A problem of that type; a 401 names the scheme to authenticate with, as RFC 9110 asks. */
    public static Problem of(ProblemType type) {
        var problem = new Problem(type.uri(), type.title(), type.status(), Optional.empty(), Optional.empty(),
                Map.of(), Map.of());
        return type.status() == 401 ? problem.withHeader("WWW-Authenticate", challenge(type)) : problem;
    }

    public static Problem of(ProblemType type, String detail) {
        return of(type).withDetail(detail);
    }

    /** What a container or framework meant by a status of its own making. */
    static Problem ofStatus(int status) {
        return ProblemType.ofStatus(status).map(Problem::of).orElseGet(() -> {
            var known = Response.Status.fromStatusCode(status);
            return new Problem("about:blank", known == null ? "HTTP status " + status : known.getReasonPhrase(), status,
                    Optional.empty(), Optional.empty(), Map.of(), Map.of());
        });
    }

    // [RFC 6750, 3.1] A request without any credentials gets no error code.
    private static String challenge(ProblemType type) {
        return switch (type) {
            case TOKEN_EXPIRED -> "Bearer realm=\"image-gen\", error=\"invalid_token\", "
                    + "error_description=\"The token has expired\"";
            case TOKEN_INVALID -> "Bearer realm=\"image-gen\", error=\"invalid_token\"";
            default -> "Bearer realm=\"image-gen\"";
        };
    }

    public Problem withDetail(String detail) {
        return new Problem(type, title, status, Optional.of(detail), instance, extensions, headers);
    }

    /** Names this very occurrence, so that a caller's report finds the line in the log. */
    public Problem withInstance(String instance) {
        return new Problem(type, title, status, detail, Optional.of(instance), extensions, headers);
    }

    public Problem with(String member, String value) {
        var more = new LinkedHashMap<>(extensions);
        more.put(member, value);
        return new Problem(type, title, status, detail, instance, more, headers);
    }

    public Problem withHeader(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Problem(type, title, status, detail, instance, extensions, more);
    }

    /** Adds {@code Retry-After}, in whole seconds rounded up, at least one. */
    public Problem retryAfter(Duration wait) {
        return withHeader("Retry-After", String.valueOf(Math.max(1, wait.plusMillis(999).toSeconds())));
    }

    public boolean is(ProblemType other) {
        return type.equals(other.uri());
    }

    /** The type's short name, such as {@code token-expired}, for counting: one of a small fixed set. */
    public String name() {
        return type.startsWith(ProblemType.PREFIX) ? type.substring(ProblemType.PREFIX.length()) : "other";
    }

    public JsonObject json() {
        var json = JSON.createObjectBuilder().add("type", type).add("title", title).add("status", status);
        detail.ifPresent(it -> json.add("detail", it));
        instance.ifPresent(it -> json.add("instance", it));
        extensions.forEach(json::add);
        return json.build();
    }

    byte[] bytes() {
        return json().toString().getBytes(StandardCharsets.UTF_8);
    }

    public Response response() {
        var response = Response.status(status).type(MediaType.valueOf(MEDIA_TYPE)).entity(this)
                .header("Cache-Control", "no-store");
        headers.forEach(response::header);
        return response.build();
    }

    /**
     * Writes the whole answer; for filters, servlets and authentication mechanisms. A response that is committed
     * already is left as it is: there is nobody left to tell.
     */
    public void write(HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(status);
        response.setContentType(MEDIA_TYPE);
        response.setHeader("Cache-Control", "no-store");
        headers.forEach(response::setHeader);
        var body = bytes();
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }
}
