package imagegen.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerStopTest {

    @Test
    void isNothingWhereTheServerAnnouncesNothing() {
        assertEquals(Optional.empty(), ServerStop.before(() -> fail("nobody stops")));
    }
}
