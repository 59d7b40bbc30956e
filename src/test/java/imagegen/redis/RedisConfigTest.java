package imagegen.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import imagegen.config.Settings;
import imagegen.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.HostAndPort;

class RedisConfigTest {

    @Test
    void readsAnAddress() {
        RedisConfig config = of("redis://127.0.0.1");
        assertEquals(List.of(new HostAndPort("127.0.0.1", 6379)), config.nodes());
        assertEquals(0, config.database());
        assertFalse(config.tls());
        config = of("rediss://us%40er:p%3Ass@redis.example:7000/3");
        assertEquals(List.of(new HostAndPort("redis.example", 7000)), config.nodes());
        assertEquals(Optional.of("us@er"), config.user());
        assertEquals(Optional.of("p:ss"), config.password());
        assertEquals(3, config.database());
        assertTrue(config.tls());
        assertEquals(Optional.of("secret"), of("redis://:secret@[::1]:1").password());
        assertEquals(List.of(new HostAndPort("::1", 1)), of("redis://:secret@[::1]:1").nodes());
    }

    @Test
    void readsTheAddressesOfSentinels() {
        RedisConfig config = of("redis-sentinel://:secret@one,two:7000/main/2");
        assertEquals(List.of(new HostAndPort("one", 26379), new HostAndPort("two", 7000)), config.nodes());
        assertEquals(Optional.of("main"), config.master());
        assertEquals(Optional.of("secret"), config.password());
        assertEquals(2, config.database());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "redis:/x", "http://127.0.0.1", "redis://", "redis://:secret@", "redis://a,b",
        "redis://:secret@host:port", "redis://host/words", "redis-sentinel://host", "redis://:secret@ho st"})
    void refusesAnotherOneNamingTheKeyButNotThePassword(String url) {
        var refused = assertThrows(Settings.InvalidSetting.class, () -> of(url));
        assertTrue(refused.getMessage().startsWith("image-gen.redis.url"), refused.getMessage());
        assertFalse(refused.getMessage().contains("secret"));
    }

    @Test
    void isWantedOnlyIfTheStoreSaysSo() {
        assertFalse(RedisConfig.wanted(settings(Map.of())));
        assertTrue(RedisConfig.wanted(settings(Map.of("image-gen.log.store", "redis"))));
        assertThrows(Settings.InvalidSetting.class,
                () -> RedisConfig.wanted(settings(Map.of("image-gen.log.store", "postgres"))));
        var missing = assertThrows(Settings.InvalidSetting.class, () -> RedisConfig.from(settings(Map.of())));
        assertTrue(missing.getMessage().startsWith("image-gen.redis.url"));
    }

    @Test
    void aWrongPasswordIsRefusedAtTheStartAndAServerThatIsNotThereIsNot() {
        try (RedisProcess server = RedisProcess.start("--requirepass", "right")) {
            String rest = "127.0.0.1:" + server.port();
            redis("redis://:right@" + rest).check();
            for (String wrong : List.of("redis://:wrong@" + rest, "redis://" + rest, "redis://nobody:right@" + rest)) {
                var refused = assertThrows(Settings.InvalidSetting.class, () -> redis(wrong).check(), wrong);
                assertTrue(refused.getMessage().startsWith("image-gen.redis.url"), refused.getMessage());
            }
            server.kill();
            redis("redis://:right@" + rest).check();
        }
        try (RedisProcess server = RedisProcess.start()) {
            assertThrows(Settings.InvalidSetting.class,
                    () -> redis("redis://:useless@127.0.0.1:" + server.port()).check());
        }
    }

    @Test
    void tlsThatCanNeverWorkIsRefusedAtTheStart() throws Exception {
        try (RedisProcess server = RedisProcess.start(); TlsFront front = new TlsFront(server.port(), "ip:127.0.0.1")) {
            front.trustedWhile(() -> redis(front.url()).check());
            for (String wrong : List.of(front.url(), "rediss://127.0.0.1:" + server.port(),
                    "redis://127.0.0.1:" + front.port())) {
                var refused = assertThrows(Settings.InvalidSetting.class, () -> redis(wrong).check(), wrong);
                assertTrue(refused.getMessage().startsWith("image-gen.redis.url"), refused.getMessage());
            }
        }
    }

    @Test
    void aRedisClusterIsRefusedAtTheStart() {
        try (RedisProcess server = RedisProcess.start("--cluster-enabled", "yes")) {
            var refused = assertThrows(Settings.InvalidSetting.class, () -> redis(server.url()).check());
            assertTrue(refused.getMessage().contains("Redis Cluster"), refused.getMessage());
        }
    }

    private static RedisConfig of(String url) {
        return RedisConfig.of(url, "test", Duration.ofSeconds(2));
    }

    private static Redis redis(String url) {
        return new Redis(of(url), Time.system(), Thread::new);
    }

    private static Settings settings(Map<String, String> values) {
        return new Settings(key -> Optional.ofNullable(values.get(key)));
    }
}
