package imagegen.simulation;

import java.util.ArrayList;
import java.util.List;

/** An update as a client reads it. */
record Said(String cursor, String job, String status, int percent, boolean provisional) {

    static Said of(String cursor, String json) {
        String percent = text(json, "\"progress\":");
        return new Said(cursor, text(json, "\"request_id\":\""), text(json, "\"status\":\""),
                percent.isEmpty() ? 0 : (int) Double.parseDouble(percent), json.contains("\"provisional\":true"));
    }

    /** The updates of a poll's page. */
    static List<Said> all(String page) {
        List<Said> all = new ArrayList<>();
        int end = page.indexOf("],\"next\":");
        for (int at = page.indexOf("{\"id\":\""); at >= 0 && at < end;) {
            int next = page.indexOf("{\"id\":\"", at + 1);
            String one = page.substring(at, next < 0 ? end : next);
            all.add(of(text(one, "\"id\":\""), one));
            at = next;
        }
        return all;
    }

    static String text(String json, String before) {
        int at = json.indexOf(before);
        if (at < 0) {
            return "";
        }
        int from = at + before.length();
        int to = from;
        while (to < json.length() && "\",}".indexOf(json.charAt(to)) < 0) {
            to++;
        }
        return json.substring(from, to);
    }
}
