package imagegen.log;

import java.math.BigInteger;
import java.security.SecureRandom;

/** The names of logs, which nobody can guess and no two logs share. */
final class Epoch {

    /** No log's. */
    static final String NONE = "0";

    private static final BigInteger EPOCHS = BigInteger.valueOf(Character.MAX_RADIX).pow(10);
    private static final SecureRandom RANDOM = new SecureRandom();

    private Epoch() {
    }

    static String random() {
        BigInteger number = new BigInteger(64, RANDOM).mod(EPOCHS);
        return "e" + number.toString(Character.MAX_RADIX);
    }
}
