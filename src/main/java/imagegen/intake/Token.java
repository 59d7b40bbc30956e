package imagegen.intake;

import java.time.Instant;

/** A Bearer token and when it ends. Never printed. */
record Token(String value, Instant expiresAt) {

    boolean expired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    @Override
    public String toString() {
        return "Token[until " + expiresAt + "]";
    }
}
