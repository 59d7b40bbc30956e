package imagegen.update;

import java.util.Optional;

/** What {@link UpdateCodec#decode} made of a message; a bad message is an expected outcome, never an exception. */
public sealed interface Decoded {

    /**
     * @param user   the owner that the message names, where it names one
     * @param defect what had to be left out of a terminal update to be able to deliver it, in words for the log
     */
    record Valid(Update update, Optional<String> user, Optional<String> defect) implements Decoded {
    }

    /** @param detail words for the log; never quotes the message, which may hold a prompt */
    record Invalid(Reason reason, String detail) implements Decoded {
    }

    /** Why a message was discarded; the names are values of a metric's tag. */
    enum Reason {
        MALFORMED_JSON, MISSING_REQUEST_ID, INVALID_REQUEST_ID, UNKNOWN_STATUS, INVALID_MEMBER
    }
}
