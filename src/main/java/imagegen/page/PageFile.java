package imagegen.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * One file of the page, as it travels.
 *
 * @param gzip the same bytes compressed; empty where that is not worth it
 * @param tag a strong entity tag's text, made from the bytes, without quotes
 * @param cacheControl how long it is good for
 */
record PageFile(byte[] bytes, Optional<byte[]> gzip, String mediaType, String tag, String cacheControl) {

    private static final Map<String, String> MEDIA_TYPES = Map.of("html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8", "css", "text/css; charset=utf-8", "svg", "image/svg+xml",
            "json", "application/json", "txt", "text/plain; charset=utf-8", "woff2", "font/woff2", "png", "image/png",
            "jpg", "image/jpeg", "ico", "image/vnd.microsoft.icon");
    private static final Set<String> COMPRESSIBLE = Set.of("html", "js", "css", "svg", "json", "txt");

    /** @param path below the context path, as {@code /assets/index-BO0JRN4E.css} */
    static PageFile of(String path, byte[] bytes) {
        String extension = path.substring(path.lastIndexOf('.') + 1);
        byte[] compressed = COMPRESSIBLE.contains(extension) ? compress(bytes) : bytes;
        return new PageFile(bytes, compressed.length < bytes.length ? Optional.of(compressed) : Optional.empty(),
                MEDIA_TYPES.getOrDefault(extension, "application/octet-stream"), digest(bytes),
                // Vite names what is there by its content, so that it never changes
                path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private static byte[] compress(byte[] bytes) {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** @param acceptEncoding the request's header, or null */
    boolean goesCompressed(String acceptEncoding) {
        return gzip.isPresent() && accepts(acceptEncoding, "gzip");
    }

    // [RFC 9110, 12.5.3] A coding with a weight of 0 is not acceptable.
    private static boolean accepts(String acceptEncoding, String coding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String element : acceptEncoding.split(",")) {
            String[] parts = element.split(";", 2);
            if (parts[0].strip().equalsIgnoreCase(coding)) {
                return parts.length == 1 || !parts[1].replace(" ", "").matches("(?i)q=0(\\.0*)?");
            }
        }
        return false;
    }

    /** The entity tag of that representation. */
    String tag(boolean compressed) {
        return '"' + tag + (compressed ? "-gzip" : "") + '"';
    }

    byte[] body(boolean compressed) {
        return compressed ? gzip.orElseThrow() : bytes;
    }

    /** Whether the client has this already. [RFC 9110, 13.1.2] compared weakly. */
    static boolean matches(String ifNoneMatch, String tag) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String known : ifNoneMatch.split(",")) {
            String name = known.strip();
            if (name.equals("*") || name.equals(tag) || name.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
