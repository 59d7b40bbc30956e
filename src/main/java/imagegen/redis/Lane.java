package imagegen.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection and the thread that uses it: sends what has queued up together and hands the answers out, in order.
 * While Redis is down everything fails at once, still in order.
 */
final class Lane implements Runnable {

    private static final int BATCH = 128;

    /** @param done given the answer or a failure, never both; on the lane's thread, which it must not block */
    record Call(Script script, byte[][] keys, byte[][] arguments, BiConsumer<Object, RedisException> done) {
    }

    private final Redis redis;
    private final BlockingQueue<Call> queue = new LinkedBlockingQueue<>();
    /** Nobody takes from the queue any more but those who add to it. */
    private volatile boolean ended;

    // The lane's thread
    private Connector.Opened opened;
    private long generation;
    private final Set<Script> loaded = new HashSet<>();

    Lane(Redis redis) {
        this.redis = redis;
    }

    void add(Call call) {
        queue.add(call);
        if (ended) {
            refuseAll();
        }
    }

    @Override
    public void run() {
        List<Call> batch = new ArrayList<>(BATCH);
        try {
            while (redis.open()) {
                Call first = queue.poll(100, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH - 1);
                    carryOut(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended = true;
            refuseAll();
            disconnect();
        }
    }

    private void refuseAll() {
        List<Call> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(call -> answer(call, null, new RedisException("closed")));
    }

    private void carryOut(List<Call> batch) {
        List<Object> answers = List.of();
        String trouble = "Redis is down";
        Redis.State state = redis.state();
        if (state.up()) {
            try {
                connect(state);
                answers = exchange(batch);
            } catch (JedisException e) {
                trouble = Redis.words(e);
                redis.lost(state.generation(), trouble);
                disconnect();
            }
        }
        for (int i = 0; i < batch.size(); i++) {
            Object answer = i < answers.size() ? answers.get(i) : null;
            if (i >= answers.size()) {
                answer(batch.get(i), null, new RedisException(trouble));
            } else if (answer instanceof JedisException refusal) {
                // Full, read only, out of scripts: none of it is about this call alone
                redis.lost(state.generation(), Redis.words(refusal));
                answer(batch.get(i), null, new RedisException(Redis.words(refusal)));
            } else {
                answer(batch.get(i), answer, null);
            }
        }
    }

    private List<Object> exchange(List<Call> batch) {
        Set<Integer> loading = new HashSet<>();
        int sent = 0;
        for (Call call : batch) {
            if (loaded.add(call.script())) {
                opened.connection().sendCommand(Command.SCRIPT, "LOAD", call.script().source);
                loading.add(sent++);
            }
            send(call);
            sent++;
        }
        List<Object> all = opened.connection().getMany(sent);
        return IntStream.range(0, sent).filter(i -> !loading.contains(i)).mapToObj(all::get).toList();
    }

    private void connect(Redis.State state) {
        if (opened != null && generation == state.generation()) {
            return;
        }
        disconnect();
        Connector.Opened fresh = redis.connect();
        if (!fresh.run().equals(state.run())) {
            fresh.close();
            throw new JedisException("another server answers");
        }
        opened = fresh;
        loaded.clear();
        generation = state.generation();
    }

    private void send(Call call) {
        byte[][] words = new byte[call.keys().length + call.arguments().length + 3][];
        words[0] = call.script().sha;
        words[1] = Redis.utf8(Integer.toString(call.keys().length));
        System.arraycopy(call.keys(), 0, words, 2, call.keys().length);
        words[2 + call.keys().length] = Redis.utf8(opened.run());
        System.arraycopy(call.arguments(), 0, words, 3 + call.keys().length, call.arguments().length);
        opened.connection().sendCommand(Command.EVALSHA, words);
    }

    private static void answer(Call call, Object answer, RedisException failure) {
        try {
            call.done().accept(answer, failure);
        } catch (RuntimeException | Error e) {
            // The next call has another owner
            System.getLogger(Lane.class.getName()).log(System.Logger.Level.ERROR, "an answer was not taken", e);
        }
    }

    private void disconnect() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
