package imagegen.requests;

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
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what a caller wants drawn, and says in one answer everything that is wrong with it. */
final class SubmissionBody {
    private static final Set<String> MEMBERS = Set.of("prompt", "width", "height", "count", "style");
    private static final int MAX_PROMPT = 2000;
    private static final int MIN_SIZE = 64;
    private static final int MAX_SIZE = 2048;
    private static final int MAX_COUNT = 4;
    private static final Pattern STYLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 _-]{0,39}");
    private static final int MAX_NAMED = 5;
    private static final int MAX_NAME = 40;

    private final JsonObject body;
    private final List<String> faults = new ArrayList<>();

    private SubmissionBody(JsonObject body) {
        this.body = body;
    }

    /** @throws ProblemException {@code invalid-body}, naming each member that is missing, wrong or unknown */
    static Submission read(JsonObject body) {
        return new SubmissionBody(body).submission();
    }

    private Submission submission() {
        var prompt = prompt();
        var width = number("width", MIN_SIZE, MAX_SIZE, OptionalInt.empty());
        var height = number("height", MIN_SIZE, MAX_SIZE, OptionalInt.empty());
        var count = number("count", 1, MAX_COUNT, OptionalInt.of(1));
        var style = style();
        unknown();
        if (!faults.isEmpty()) {
            throw new ProblemException(ProblemType.INVALID_BODY, String.join("; ", faults) + ".");
        }
        return new Submission(prompt, width, height, count, style);
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

    private void unknown() {
        var names = body.keySet().stream().filter(name -> !MEMBERS.contains(name)).toList();
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
