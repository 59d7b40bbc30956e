package imagegen.lease;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What all nodes together do once for a user under a key, and how it ended. Any thread; nothing blocks. */
public interface Deeds {

    /** How it stands with a deed. */
    sealed interface Standing {
    }

    /** This node is to do it, and then to say {@link #done} or {@link #undone}. */
    record Ours() implements Standing {
    }

    /** Another node that lives is doing it: to be asked again in a while. */
    record Elsewhere() implements Standing {
    }

    /** It was done. */
    record Done(String result) implements Standing {
    }

    /** Something else was done under that key. */
    record Conflict() implements Standing {
    }

    /** @param content what is to be done, in a word; the same under the same key, or there is a {@link Conflict} */
    CompletionStage<Standing> begin(String user, String key, String content);

    /** @param result in a word, for all who ask later */
    void done(String user, String key, String content, String result);

    /** It failed; whoever asks next may try. */
    void undone(String user, String key, String content);

    /** Of a node that shares with nobody, and remembers by itself what it does. */
    static Deeds alone() {
        return new Deeds() {
            @Override
            public CompletionStage<Standing> begin(String user, String key, String content) {
                return CompletableFuture.completedStage(new Ours());
            }

            @Override
            public void done(String user, String key, String content, String result) {
                // Nobody else asks
            }

            @Override
            public void undone(String user, String key, String content) {
                // Nobody else asks
            }
        };
    }
}
