package imagegen.log;

import imagegen.update.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** What the scripts answer, and what they tell all nodes. */
final class Answers {

    private Answers() {
    }

    /** An update that was appended, and what went before it. */
    record Told(String epoch, long previous, Kept update) {

        /** {@code epoch previous place kind endedAt request}. */
        static Told of(String head, byte[] json, long now) {
            String[] parts = head.split(" ");
            return new Told(parts[0], Place.parse(parts[1]), new Kept(Place.parse(parts[2]),
                    new RequestId(parts[5]), parts[3].equals("T"), json, Place.parse(parts[4]), now));
        }

        /** The head, a line feed, the JSON. */
        static Told of(byte[] message, long now) {
            int end = 0;
            while (message[end] != '\n') {
                end++;
            }
            return of(new String(message, 0, end, StandardCharsets.UTF_8),
                    java.util.Arrays.copyOfRange(message, end + 1, message.length), now);
        }
    }

    /** @param appendedAt this node's monotonic time of the server's, in milliseconds, when asked for the age in ms */
    static Snapshot snapshot(List<?> answer, LongUnaryOperator appendedAt) {
        long serverNow = Long.parseLong(text(answer.get(4)));
        List<Kept> entries = new ArrayList<>();
        for (Object one : (List<?>) answer.get(5)) {
            List<?> entry = (List<?>) one;
            List<?> fields = (List<?>) entry.get(1);
            long place = Place.parse(text(entry.get(0)));
            entries.add(new Kept(place, new RequestId(text(fields.get(1))), text(fields.get(3)).equals("T"),
                    (byte[]) fields.get(5), Place.parse(text(fields.get(7))),
                    appendedAt.applyAsLong(Math.max(0, serverNow - Place.millis(place)))));
        }
        return new Snapshot(text(answer.get(0)), Place.parse(text(answer.get(1))), Place.parse(text(answer.get(2))),
                Place.parse(text(answer.get(3))), entries,
                Optional.ofNullable((List<?>) answer.get(6)).map(Answers::dropped));
    }

    /** Of {@code request, "kind place size endedAt"} and so on. */
    private static Snapshot.Dropped dropped(List<?> hash) {
        record Request(RequestId id, String kind, long place, long endedAt) {
        }
        List<Request> all = new ArrayList<>();
        for (int i = 0; i + 1 < hash.size(); i += 2) {
            String[] parts = text(hash.get(i + 1)).split(" ");
            all.add(new Request(new RequestId(text(hash.get(i))), parts[0], Place.parse(parts[1]),
                    Place.parse(parts[3])));
        }
        all.sort(Comparator.comparing(Request::place));
        Map<RequestId, Long> unfinished = new LinkedHashMap<>();
        Map<RequestId, Long> ended = new LinkedHashMap<>();
        for (Request request : all) {
            switch (request.kind()) {
                case "p" -> unfinished.put(request.id(), request.place());
                case "t" -> ended.put(request.id(), request.endedAt());
                default -> { }
            }
        }
        return new Snapshot.Dropped(unfinished, ended);
    }

    static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
