package imagegen.embedded.drawing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes a picture as PNG (W3C PNG, third edition), 8 bit RGB.
 *
 * <p>Not ImageIO: that tells of its progress in a way that can't call it off, and its registry holds on to the class
 * loader of the web application that first asked it.
 */
final class Png {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int NONE = 0, SUB = 1, UP = 2, PAETH = 4;
    private static final int[] FILTERS = {NONE, SUB, UP, PAETH};

    private Png() {
    }

    /** @param rows has a unit for every row */
    static byte[] encode(Canvas canvas, Work.Part rows) {
        var png = new ByteArrayOutputStream(canvas.width * canvas.height);
        png.writeBytes(SIGNATURE);
        chunk(png, "IHDR", ByteBuffer.allocate(13).putInt(canvas.width).putInt(canvas.height)
            .put((byte) 8).put((byte) 2).put((byte) 0).put((byte) 0).put((byte) 0).array(), 13);
        chunk(png, "sRGB", new byte[1], 1);
        // Grain does not compress: a higher level takes twice the time for a twentieth less.
        var deflater = new Deflater(4);
        try {
            deflater.setStrategy(Deflater.FILTERED);
            byte[] packed = new byte[1 << 16];
            byte[] above = new byte[canvas.width * 3];
            byte[] line = new byte[canvas.width * 3];
            byte[][] filtered = new byte[FILTERS.length][line.length + 1];
            for (int row = 0; row < canvas.height; row++) {
                unpack(canvas, row, line);
                deflater.setInput(best(line, above, filtered));
                // Not until it yields nothing: having set a strategy, it first yields nothing and keeps its input.
                while (!deflater.needsInput()) {
                    deflate(deflater, packed, png);
                }
                byte[] kept = above;
                above = line;
                line = kept;
                rows.done();
            }
            deflater.finish();
            while (!deflater.finished()) {
                deflate(deflater, packed, png);
            }
        } finally {
            deflater.end();
        }
        chunk(png, "IEND", new byte[0], 0);
        return png.toByteArray();
    }

    private static void deflate(Deflater deflater, byte[] packed, ByteArrayOutputStream png) {
        int length = deflater.deflate(packed);
        if (length > 0) {
            chunk(png, "IDAT", packed, length);
        }
    }

    private static void unpack(Canvas canvas, int row, byte[] line) {
        for (int column = 0; column < canvas.width; column++) {
            int rgb = canvas.pixels[row * canvas.width + column];
            line[column * 3] = (byte) (rgb >> 16);
            line[column * 3 + 1] = (byte) (rgb >> 8);
            line[column * 3 + 2] = (byte) rgb;
        }
    }

    /** [spec] 12.7: the filter with the smallest sum of absolute differences, read as signed. */
    private static byte[] best(byte[] line, byte[] above, byte[][] filtered) {
        int best = 0;
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < FILTERS.length; i++) {
            filtered[i][0] = (byte) FILTERS[i];
            long sum = filter(FILTERS[i], line, above, filtered[i]);
            if (sum < smallest) {
                smallest = sum;
                best = i;
            }
        }
        return filtered[best];
    }

    private static long filter(int filter, byte[] line, byte[] above, byte[] to) {
        long sum = 0;
        for (int i = 0; i < line.length; i++) {
            int left = i < 3 ? 0 : line[i - 3] & 255;
            int up = above[i] & 255;
            int corner = i < 3 ? 0 : above[i - 3] & 255;
            int predicted = switch (filter) {
                case SUB -> left;
                case UP -> up;
                case PAETH -> paeth(left, up, corner);
                default -> 0;
            };
            to[i + 1] = (byte) (line[i] - predicted);
            sum += Math.abs(to[i + 1]);
        }
        return sum;
    }

    private static int paeth(int left, int up, int corner) {
        int byLeft = Math.abs(up - corner);
        int byUp = Math.abs(left - corner);
        int byCorner = Math.abs(left + up - 2 * corner);
        return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data, int length) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        var sum = new CRC32();
        sum.update(name);
        sum.update(data, 0, length);
        png.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        png.writeBytes(name);
        png.write(data, 0, length);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
}
