package imagegen.simulation;

import java.util.Optional;

/** One request, as the backend knows it and as the gateway has heard of it. */
final class Job {

    final String id;
    final String user;
    /** What it has got to; never less than before. */
    int percent;
    /** How it ended at the backend: {@code OK} or {@code ERROR}. */
    Optional<String> end = Optional.empty();
    /** The backend knows nothing of it any more. */
    boolean forgotten;
    /** How far the gateway has heard that it has got; 0 before, and for a gateway that is new. */
    int heard;
    long heardAt;
    /** When the end was made known to the gateway for the first time; 0 before. */
    long knownAt;

    Job(String id, String user) {
        this.id = id;
        this.user = user;
    }

    boolean known() {
        return knownAt != 0;
    }

    String message() {
        return message(end.orElse("PROGRESS"), percent);
    }

    String message(String status, int percentSaid) {
        return "{\"request_id\":\"" + id + "\",\"user_id\":\"" + user + "\",\"status\":\"" + status + "\""
                + switch (status) {
                    case "OK" -> ",\"payload\":{\"images\":[{\"url\":\"/images/" + id + ".png\"}]}}";
                    case "ERROR" -> ",\"message\":\"the model gave up\"}";
                    default -> ",\"payload\":{\"progress\":" + percentSaid + "}}";
                };
    }

    @Override
    public String toString() {
        return id;
    }
}
