package imagegen.sse;

/** An event did not get to the client, because its sink ended before it. */
public final class EventSinkException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient OutputEnd end;

    EventSinkException(OutputEnd end) {
        super(end.toString(), end instanceof OutputEnd.ClientGone gone ? gone.cause() : null);
        this.end = end;
    }

    public OutputEnd end() {
        return end;
    }
}
