package imagegen.backend;

import java.time.Duration;
import java.util.Optional;

/** Why the image backend did not do what it was asked. Messages name no token and no prompt. */
public abstract sealed class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private BackendException(String message, Throwable cause) {
        super(message, cause);
    }

    /** It can't be reached, or says itself that it can't serve now (502, 503, 504), or too many calls wait. */
    public static final class Unavailable extends BackendException {
        private static final long serialVersionUID = 1L;
        private final transient Duration retryAfter;

        public Unavailable(String message, Optional<Duration> retryAfter, Throwable cause) {
            super(message, cause);
            this.retryAfter = retryAfter.orElse(null);
        }

        /** How long the backend asked to be left alone. */
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }

    /** It takes no more from this caller for now (429): their quota, or their share, is used up. */
    public static final class Limited extends BackendException {
        private static final long serialVersionUID = 1L;
        private final transient Duration retryAfter;
        private final transient String detail;

        public Limited(Optional<Duration> retryAfter, Optional<String> detail) {
            super("the image backend answered 429", null);
            this.retryAfter = retryAfter.orElse(null);
            this.detail = detail.orElse(null);
        }

        /** How long the backend asked to be left alone. */
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }

        /** The backend's own words. */
        public Optional<String> detail() {
            return Optional.ofNullable(detail);
        }
    }

    /** It took the call and did not answer in time. Whether it acted is not known. */
    public static final class Timeout extends BackendException {
        private static final long serialVersionUID = 1L;

        public Timeout(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** It answered, but not as agreed: with a status that refuses the call, or with a body that makes no sense. */
    public static final class Refused extends BackendException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient String detail;

        public Refused(int status, Optional<String> detail) {
            super("the image backend answered " + status, null);
            this.status = status;
            this.detail = detail.orElse(null);
        }

        public int status() {
            return status;
        }

        /** The backend's own words. They may quote the prompt: fit for the caller, not for a log. */
        public Optional<String> detail() {
            return Optional.ofNullable(detail);
        }
    }

    /** It does not accept the token that was passed on (401, 403). */
    public static final class Unauthorized extends BackendException {
        private static final long serialVersionUID = 1L;
        private final int status;

        public Unauthorized(int status) {
            super("the image backend does not accept the token: " + status, null);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
