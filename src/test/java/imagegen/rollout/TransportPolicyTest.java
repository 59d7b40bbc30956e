package imagegen.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.access.Caller;
import imagegen.problem.ProblemType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportPolicyTest {

    private final Map<String, String> config = new HashMap<>();
    private int reads;
    private long nanos;
    private final TransportPolicy policy = new TransportPolicy(key -> {
        reads++;
        return Optional.ofNullable(config.get(key));
    }, () -> nanos);

    private final Logger logger = Logger.getLogger(TransportPolicy.class.getName());
    private final List<String> warnings = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel() == Level.WARNING) {
                warnings.add(entry.getMessage());
            }
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    private static Caller caller(String user) {
        return new Caller(user, "token", Instant.MAX, Optional.empty());
    }

    private void says(String key, String value) {
        config.put(key, value);
        nanos += Duration.ofMillis(500).toNanos();
    }

    private void rollout(String percentage) {
        config.put("image-gen.transport", "rollout");
        says("image-gen.rollout.sse-percentage", percentage);
    }

    private Transport transport(String user) {
        return policy.choice(caller(user)).transport();
    }

    private long onSse(int users) {
        return IntStream.range(0, users).filter(i -> transport("user-" + i) == Transport.SSE).count();
    }

    // One transport for all

    @ParameterizedTest
    @CsvSource({"sse, SSE", "websocket, WEBSOCKET", "polling, POLLING", "' sse ', SSE", "'', SSE"})
    void everybodyGetsWhatTheFlagSays(String value, Transport expected) {
        says("image-gen.transport", value);
        assertEquals(expected, transport("alice"));
    }

    @Test
    void withoutAFlagEverybodyGetsSse() {
        assertEquals(new TransportChoice(Transport.SSE, "image-gen.transport=sse"), policy.choice("alice"));
    }

    @Test
    void aFlippedFlagIsObeyed() {
        says("image-gen.transport", "websocket");
        assertEquals(Transport.WEBSOCKET, transport("alice"));
        var version = policy.version();
        says("image-gen.transport", "sse");
        assertEquals(Transport.SSE, transport("alice"));
        assertNotEquals(version, policy.version());
    }

    @Test
    void aBadValueKeepsTheLastGoodOneAndIsComplainedAboutOnce() {
        says("image-gen.transport", "websocket");
        assertEquals(Transport.WEBSOCKET, transport("alice"));
        for (int i = 0; i < 5; i++) {
            says("image-gen.transport", "SSE!");
            assertEquals(Transport.WEBSOCKET, transport("alice"));
        }
        assertEquals(1, warnings.size());
        says("image-gen.transport", "carrier pigeon");
        assertEquals(Transport.WEBSOCKET, transport("alice"));
        assertEquals(2, warnings.size());
    }

    @Test
    void aBadValueFromTheStartIsTheDefault() {
        says("image-gen.transport", "pigeon");
        assertEquals(Transport.SSE, transport("alice"));
    }

    @Test
    void anAbsentFlagIsTheDefaultAgain() {
        says("image-gen.transport", "polling");
        assertEquals(Transport.POLLING, transport("alice"));
        config.clear();
        says("unrelated", "x");
        assertEquals(Transport.SSE, transport("alice"));
    }

    @Test
    void configurationIsReadAtMostTwiceASecond() {
        transport("alice");
        var once = reads;
        for (int i = 0; i < 1000; i++) {
            transport("user-" + i);
        }
        assertEquals(once, reads);
        nanos += Duration.ofMillis(500).toNanos();
        transport("alice");
        assertEquals(2 * once, reads);
        var version = policy.version();
        nanos += Duration.ofSeconds(5).toNanos();
        assertEquals(version, policy.version(), "nothing has changed");
    }

    // Staged

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 100", "10, 1000", "12.5, 1250", "50, 5000", "100, 10000"})
    void thePercentageIsMetOverManyUsers(String percentage, long expected) {
        rollout(percentage);
        assertEquals(expected, onSse(10_000), 250);
        assertTrue(!percentage.equals("0") || onSse(10_000) == 0);
        assertTrue(!percentage.equals("100") || onSse(10_000) == 10_000);
    }

    @Test
    void raisingThePercentageNeverMovesAUserBack() {
        for (int user = 0; user < 500; user++) {
            var name = "user-" + user;
            var place = Rules.place(name);
            assertTrue(place >= 0 && place < 10_000);
        }
        var before = 0L;
        var in = new ArrayList<String>();
        for (int percentage = 0; percentage <= 100; percentage += 5) {
            rollout(String.valueOf(percentage));
            in.forEach(user -> assertEquals(Transport.SSE, transport(user)));
            IntStream.range(0, 500).mapToObj(i -> "user-" + i).filter(user -> transport(user) == Transport.SSE)
                    .filter(user -> !in.contains(user)).forEach(in::add);
            assertTrue(in.size() >= before);
            before = in.size();
        }
        assertEquals(500, in.size());
    }

    @Test
    void aUsersPlaceIsTheSameOnEveryNodeAndForEver() {
        assertEquals(List.of(6891, 3835, 9744), List.of(Rules.place("alice"), Rules.place("bob"),
                Rules.place("user-1")));
    }

    @Test
    void namedUsersAreInWhateverThePercentage() {
        config.put("image-gen.rollout.users", " alice , bob,,");
        rollout("0");
        assertEquals(Transport.SSE, transport("alice"));
        assertEquals(Transport.SSE, transport("bob"));
        assertEquals(Transport.WEBSOCKET, transport("carol"));
        assertTrue(policy.choice("alice").reason().contains("image-gen.rollout.users"));
        assertFalse(policy.choice("alice").reason().contains("bob"), "nobody learns of the others");
    }

    @Test
    void theOthersGetWhatIsConfiguredForThem() {
        config.put("image-gen.rollout.otherwise", "polling");
        rollout("0");
        assertEquals(Transport.POLLING, transport("carol"));
        says("image-gen.rollout.otherwise", "sse");
        assertEquals(Transport.POLLING, transport("carol"), "sse is no alternative to sse");
        assertEquals(1, warnings.size());
    }

    @ParameterizedTest
    @CsvSource({"-1", "101", "many", "NaN", "1e99", "0x10"})
    void aBadPercentageKeepsTheLastGoodOne(String bad) {
        rollout("100");
        assertEquals(Transport.SSE, transport("alice"));
        rollout(bad);
        assertEquals(Transport.SSE, transport("alice"));
        assertEquals(1, warnings.size());
    }

    // Refusals

    @Test
    void whatIsSwitchedOffNamesWhatToUse() {
        says("image-gen.transport", "websocket");
        var problem = policy.refusal(Transport.SSE, caller("alice"), "/gateway").orElseThrow();
        assertTrue(problem.is(ProblemType.TRANSPORT_SWITCHED_OFF));
        assertEquals(Map.of("transport", "websocket", "url", "/gateway/ws/image-gen"), problem.extensions());
        assertTrue(policy.refusal(Transport.WEBSOCKET, caller("alice"), "").isEmpty());
    }

    @Test
    void pollingIsNeverRefused() {
        assertTrue(policy.refusal(Transport.POLLING, caller("alice"), "").isEmpty());
    }

    @Test
    void theChoiceIsWrittenAsTheContractSays() {
        says("image-gen.transport", "polling");
        assertEquals("{\"transport\":\"polling\",\"url\":\"/api/image-gen/updates\","
                + "\"reason\":\"image-gen.transport=polling\"}", policy.choice("alice").json("").toString());
    }
}
