package imagegen.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens that were verified a while ago, so that the next opening under them costs no signature check. Those that were
 * not used for longest go first. Any thread; its lock is held for a moment.
 *
 * <p>Only what was verified gets in, and it is found by the digest of all its bytes: whoever sends anything else finds
 * nothing, changes nothing, and is verified in full.
 */
final class VerifiedTokens {

    private final int most;
    private final long mostText;

    /** Guarded by this. */
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long text;

    private record Entry(VerifiedToken token, Keys keys) {
    }

    /**
     * @param most how many tokens are kept
     * @param mostText how many characters they may have together
     */
    VerifiedTokens(int most, long mostText) {
        this.most = most;
        this.mostText = mostText;
    }

    /** @param keys those of now: what was verified with others no longer counts */
    synchronized Optional<VerifiedToken> find(String digest, Keys keys) {
        var entry = entries.get(digest);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.keys != keys) {
            forget(digest);
            return Optional.empty();
        }
        return Optional.of(entry.token);
    }

    synchronized void add(VerifiedToken token, Keys keys) {
        forget(token.digest());
        entries.put(token.digest(), new Entry(token, keys));
        text += token.getRawToken().length();
        while (entries.size() > most || text > mostText) {
            forget(entries.keySet().iterator().next());
        }
    }

    synchronized void forget(String digest) {
        var gone = entries.remove(digest);
        if (gone != null) {
            text -= gone.token.getRawToken().length();
        }
    }

    synchronized int size() {
        return entries.size();
    }
}
