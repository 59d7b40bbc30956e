package imagegen.delivery;

import java.util.Locale;

/** Why a subscription ended. */
public enum CloseReason {
    CLIENT_LEFT,
    /** It took nothing for longer than {@code image-gen.delivery.stall-timeout}. */
    STALLED,
    TOKEN_ENDED,
    /** It was told to go on with another transport. */
    MOVED,
    /** The server is shutting down. */
    DRAINED,
    FAILED;

    /** As it is counted: {@code client-left}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
