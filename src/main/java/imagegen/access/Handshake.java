package imagegen.access;

import jakarta.websocket.server.HandshakeRequest;
import java.util.List;
import java.util.Optional;

/** Who opens a WebSocket. By the time there is a handshake, token, group and origin have been checked. */
public final class Handshake {

    private Handshake() {
    }

    /** Empty only if the server let an anonymous handshake pass: close it. */
    public static Optional<Caller> caller(HandshakeRequest request) {
        var cookies = request.getHeaders().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Cookie"))
                .flatMap(header -> Optional.ofNullable(header.getValue()).orElse(List.of()).stream())
                .toList();
        return Caller.of(request.getUserPrincipal(), SessionCookie.of(cookies));
    }
}
