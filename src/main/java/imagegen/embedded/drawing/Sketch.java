package imagegen.embedded.drawing;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A look at a picture, from its first stroke on, as a small JPEG. Confined to the thread that draws: what a look shows
 * is exactly what has been drawn by then.
 */
public final class Sketch {

    /** A picture made smaller. */
    public record Small(byte[] jpeg, int width, int height) {
    }

    private static final float QUALITY = 0.82f;

    private Optional<Canvas> canvas = Optional.empty();

    void of(Canvas begun) {
        canvas = Optional.of(begun);
    }

    /**
     * What is drawn so far; empty before anything is.
     *
     * @param side the longest that its shorter side may be, in pixels; nothing is made larger
     */
    public Optional<Small> small(int side) {
        return canvas.map(it -> {
            double scale = Math.min(1, (double) side / it.unit);
            BufferedImage image = scaled(it.image(), Math.max(1, (int) Math.round(it.width * scale)),
                Math.max(1, (int) Math.round(it.height * scale)));
            return new Small(jpeg(image), image.getWidth(), image.getHeight());
        });
    }

    /** Halves as often as it can: a single large step would leave most pixels out. */
    private static BufferedImage scaled(BufferedImage from, int width, int height) {
        BufferedImage image = from;
        do {
            int across = Math.max(width, image.getWidth() / 2);
            int down = Math.max(height, image.getHeight() / 2);
            var smaller = new BufferedImage(across, down, BufferedImage.TYPE_INT_RGB);
            Graphics2D brush = smaller.createGraphics();
            brush.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            brush.drawImage(image, 0, 0, across, down, null);
            brush.dispose();
            image = smaller;
        } while (image.getWidth() > width || image.getHeight() > height);
        return image;
    }

    private static byte[] jpeg(BufferedImage image) {
        var bytes = new ByteArrayOutputStream(32 * 1024);
        ImageWriter writer = writer();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException("memory could not be written to", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    // ImageIO's registry remembers the class loader of whoever asks it first; that must not be a web application's.
    private static ImageWriter writer() {
        Thread thread = Thread.currentThread();
        ClassLoader own = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
            return writers.next();
        } finally {
            thread.setContextClassLoader(own);
        }
    }
}
