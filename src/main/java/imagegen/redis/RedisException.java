package imagegen.redis;

/** Redis did not do as it was asked; whether it has done so before the connection broke is not known. */
public final class RedisException extends RuntimeException {

    private static final long serialVersionUID = 1;

    RedisException(String message) {
        // Thousands may come at once when Redis goes; where they were made says nothing
        super(message, null, false, false);
    }
}
