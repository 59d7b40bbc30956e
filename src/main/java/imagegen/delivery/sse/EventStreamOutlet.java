package imagegen.delivery.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import imagegen.delivery.CloseReason;
import imagegen.delivery.Notice;
import imagegen.delivery.Outlet;
import imagegen.delivery.Subscription;
import imagegen.log.Entry;
import imagegen.sse.NonBlockingOutput;
import imagegen.sse.OutputEnd;
import imagegen.update.Cursor;
import java.time.Duration;
import java.util.Optional;

/** A subscriber's event stream, over a response that is written without blocking. */
final class EventStreamOutlet implements Outlet, NonBlockingOutput.Listener {

    private static final byte[] MESSAGE = "\nevent: message\ndata: ".getBytes(ISO_8859_1);
    private static final byte[] ID = "id: ".getBytes(ISO_8859_1);
    private static final byte[] END = "\n\n".getBytes(ISO_8859_1);
    private static final byte[] HEARTBEAT = bytes(Notice.HEARTBEAT);

    private final NonBlockingOutput output;
    private final Subscription subscription;
    private volatile CloseReason reason;

    EventStreamOutlet(NonBlockingOutput output, Subscription subscription) {
        this.output = output;
        this.subscription = subscription;
    }

    @Override
    public boolean ready() {
        return output.ready();
    }

    @Override
    public void send(Cursor cursor, Entry entry) {
        byte[] id = cursor.toString().getBytes(ISO_8859_1);
        byte[] json = entry.json();
        byte[] event = new byte[ID.length + id.length + MESSAGE.length + json.length + END.length];
        int at = put(ID, event, 0);
        at = put(id, event, at);
        at = put(MESSAGE, event, at);
        at = put(json, event, at);
        put(END, event, at);
        write(event);
    }

    private static int put(byte[] part, byte[] into, int at) {
        System.arraycopy(part, 0, into, at, part.length);
        return at + part.length;
    }

    @Override
    public void send(Notice notice) {
        write(notice == Notice.HEARTBEAT ? HEARTBEAT : bytes(notice));
    }

    private static byte[] bytes(Notice notice) {
        String retry = notice.retry().map(EventStreamOutlet::retry).orElse("");
        return (retry + "event: " + notice.event() + "\ndata: " + notice.json() + "\n\n").getBytes(UTF_8);
    }

    private static String retry(Duration delay) {
        return "retry: " + delay.toMillis() + "\n";
    }

    private void write(byte[] bytes) {
        output.write(bytes, 0, bytes.length);
    }

    @Override
    public void flush() {
        output.flush();
    }

    @Override
    public void close(CloseReason why) {
        if (reason == null) {
            reason = why;
        }
        output.close(why == CloseReason.STALLED
                ? new OutputEnd.Stalled(Duration.ofNanos(output.stalledFor(System.nanoTime()))) : new OutputEnd.Closed());
    }

    @Override
    public long stalledFor(long nanoTime) {
        return output.stalledFor(nanoTime);
    }

    @Override
    public void onReady() {
        subscription.signal();
    }

    @Override
    public void onClosed(OutputEnd end) {
        subscription.ended(Optional.ofNullable(reason).orElse(CloseReason.CLIENT_LEFT));
    }
}
