package imagegen.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.security.Principal;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request whose body, if it has one, is here: to read it takes no time. Its parameters are those of its URL; forms are
 * left to whoever reads the body. Who sent it is what the server knew when the request came: Payara forgets it as soon as
 * the first thread leaves, which may be before the dispatch or after.
 */
final class BufferedRequest extends HttpServletRequestWrapper {

    /** All that there are; {@code @DeclareRoles} names them too. */
    private static final List<String> ROLES = List.of("user", "service");

    private final Principal caller;
    private final Set<String> roles;
    private ByteArrayInputStream body = new ByteArrayInputStream(new byte[0]);

    BufferedRequest(HttpServletRequest request) {
        super(request);
        caller = request.getUserPrincipal();
        roles = ROLES.stream().filter(request::isUserInRole).collect(Collectors.toUnmodifiableSet());
    }

    /** Before anybody reads. */
    void hold(byte[] bytes) {
        body = new ByteArrayInputStream(bytes);
    }

    @Override
    public Principal getUserPrincipal() {
        return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
        return roles.contains(role);
    }

    @Override
    public ServletInputStream getInputStream() {
        return new Stream(body);
    }

    @Override
    public BufferedReader getReader() {
        return new BufferedReader(new InputStreamReader(body, UTF_8));
    }

    private static final class Stream extends ServletInputStream {

        private final ByteArrayInputStream bytes;

        Stream(ByteArrayInputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int most) {
            return bytes.read(into, offset, most);
        }

        @Override
        public int available() {
            return bytes.available();
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            try {
                listener.onAllDataRead();
            } catch (IOException e) {
                listener.onError(e);
            }
        }
    }
}
