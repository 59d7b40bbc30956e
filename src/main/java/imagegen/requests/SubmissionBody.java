package imagegen.requests;

import static imagegen.problem.JsonP.JSON;

import imagegen.backend.Parameters;
import imagegen.backend.Submission;
import imagegen.problem.ProblemException;
import imagegen.problem.ProblemType;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what a caller wants drawn, and says in one answer everything that is wrong with it. */
final class SubmissionBody {
    private static final int MAX_PROMPT = 2000;
    private static final int MIN_SIZE = 64;
    private static final int MAX_SIZE = 2048;
    private static final int MAX_COUNT = 4;
    private static final Pattern STYLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 _-]{0,39}");
    // Of what is passed through unseen.
    private static final int MAX_MORE = 16;
    private static final int MAX_MORE_LENGTH = 4096;
    private static final int MAX_NAMED = 5;
    private static final int MAX_NAME = 40;

    private final JsonObject body;
    private final Parameters parameters;
    private final List<String> faults = new ArrayList<>();

    private SubmissionBody(JsonObject body, Parameters parameters) {
        this.body = body;
        this.parameters = parameters;
    }

    /**
     * @param parameters which further members reach the backend as they are
     * @throws ProblemException {@code invalid-body}, naming each member that is missing, wrong or unknown
     */
    static Submission read(JsonObject body, Parameters parameters) {
        return new SubmissionBody(body, parameters).submission();
    }

    private Submission submission() {
        var prompt = prompt();
        var width = number("width", MIN_SIZE, MAX_SIZE, OptionalInt.empty());
        var height = number("height", MIN_SIZE, MAX_SIZE, OptionalInt.empty());
        var count = number("count", 1, MAX_COUNT, OptionalInt.of(1));
        var style = style();
        var more = more();
        if (!faults.isEmpty()) {
            throw new ProblemException(ProblemType.INVALID_BODY, String.join("; ", faults) + ".");
        }
        return new Submission(prompt, width, height, count, style, more);
    }

    private String prompt() {
        switch (body.get("prompt")) {
            case null -> faults.add("prompt is missing");
            case JsonString text when text.getString().isBlank() -> faults.add("prompt is blank");
            case JsonString text when length(text.getString()) > MAX_PROMPT ->
                    faults.add("prompt is longer than " + MAX_PROMPT + " characters");
            case JsonString text -> {
                return text.getString();
            }
            case JsonValue other -> faults.add("prompt must be a string");
        }
        return "";
    }

    private int number(String name, int min, int max, OptionalInt otherwise) {
        switch (body.get(name)) {
            case null -> {
                if (otherwise.isEmpty()) {
                    faults.add(name + " is missing");
                }
            }
            case JsonNumber number when fits(number, min, max) -> {
                return number.intValue();
            }
            case JsonValue other -> faults.add(name + " must be a whole number from " + min + " to " + max);
        }
        return otherwise.orElse(min);
    }

    private Optional<String> style() {
        switch (body.get("style")) {
            case null -> { }
            case JsonString text when STYLE.matcher(text.getString()).matches() -> {
                return Optional.of(text.getString());
            }
            case JsonValue other -> faults.add("style must be a name of up to 40 letters, digits, spaces, '-' and '_'");
        }
        return Optional.empty();
    }

    private JsonObject more() {
        var further = body.keySet().stream().filter(name -> !Parameters.OWN.contains(name)).toList();
        unknown(further.stream().filter(name -> !parameters.allow(name)).toList());
        var more = JSON.createObjectBuilder();
        further.stream().filter(parameters::allow).forEach(name -> more.add(name, body.get(name)));
        var passed = more.build();
        if (passed.size() > MAX_MORE) {
            faults.add("more than " + MAX_MORE + " further members");
        } else if (!passed.isEmpty() && length(passed.toString()) > MAX_MORE_LENGTH) {
            faults.add("further members are longer than " + MAX_MORE_LENGTH + " characters");
        }
        return passed;
    }

    private void unknown(List<String> names) {
        if (!names.isEmpty()) {
            faults.add((names.size() == 1 ? "unknown member " : "unknown members ")
                    + names.stream().limit(MAX_NAMED).map(SubmissionBody::quoted).collect(Collectors.joining(", "))
                    + (names.size() > MAX_NAMED ? " and " + (names.size() - MAX_NAMED) + " more" : ""));
        }
    }

    private static boolean fits(JsonNumber number, int min, int max) {
        var value = number.doubleValue();
        return number.isIntegral() && value >= min && value <= max;
    }

    /** As people count, so that an emoji is one. */
    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String quoted(String name) {
        var shown = name.replaceAll("\\p{Cntrl}", "?");
        var cut = length(shown) > MAX_NAME ? shown.substring(0, shown.offsetByCodePoints(0, MAX_NAME)) + "…" : shown;
        return "'" + cut + "'";
    }
}
