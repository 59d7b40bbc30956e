package imagegen.embedded.drawing;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Random;

/**
 * What a painter paints on. Places are in units of the shorter side, the origin in the upper left, so that a picture
 * is the same at every resolution.
 */
final class Canvas {

    final int width;
    final int height;
    /** Pixels per unit: the length of the shorter side. */
    final int unit;
    final Palette palette;
    final Random random;
    final Noise noise;
    final int[] pixels;
    private final BufferedImage image;

    Canvas(int width, int height, Palette palette, Random random) {
        this.width = width;
        this.height = height;
        this.unit = Math.min(width, height);
        this.palette = palette;
        this.random = random;
        this.noise = new Noise(random);
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        // Handing out the array switches off an acceleration that a headless image never has.
        this.pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    /** The picture so far; to be read only. */
    BufferedImage image() {
        return image;
    }

    /** Its width in units, 1 or more. */
    double wide() {
        return (double) width / unit;
    }

    /** Its height in units, 1 or more. */
    double high() {
        return (double) height / unit;
    }

    /** For drawing with shapes, in units; to be disposed of by the caller. */
    Graphics2D brush() {
        Graphics2D brush = image.createGraphics();
        brush.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        brush.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        brush.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
        brush.scale(unit, unit);
        return brush;
    }

    /** Draws by asking for the tone of every pixel's middle; a unit of the part is a row. */
    void shade(Work.Part rows, Shader shader) {
        float[] tone = new float[3];
        for (int row = 0; row < height; row++) {
            double y = (row + 0.5) / unit;
            for (int column = 0; column < width; column++) {
                shader.shade((column + 0.5) / unit, y, column, row, tone);
                pixels[row * width + column] = dithered(tone, column, row);
            }
            rows.done();
        }
    }

    /** A vignette and a trace of grain, which also hides the steps of slow gradients; a unit of the part is a row. */
    void finish(Work.Part rows, double vignette, double grain) {
        for (int row = 0; row < height; row++) {
            double dy = 2.0 * row / height - 1;
            for (int column = 0; column < width; column++) {
                double dx = 2.0 * column / width - 1;
                double dark = 1 - vignette * Tone.smooth(0.5, 2.1, dx * dx + dy * dy);
                double speck = grain * (hash(column, row) - 0.5);
                int index = row * width + column;
                int rgb = pixels[index];
                pixels[index] = level((rgb >> 16 & 255) * dark + speck) << 16
                    | level((rgb >> 8 & 255) * dark + speck) << 8
                    | level((rgb & 255) * dark + speck);
            }
            rows.done();
        }
    }

    /** Lays light over a pixel, as two projectors on one screen; outside of the canvas nothing happens. */
    void screen(int column, int row, float[] light, double strength) {
        if (column < 0 || row < 0 || column >= width || row >= height || strength <= 0) {
            return;
        }
        float[] tone = Tone.linear(pixels[row * width + column]);
        for (int i = 0; i < 3; i++) {
            double added = Tone.clamp(light[i] * strength);
            tone[i] = (float) (1 - (1 - tone[i]) * (1 - added));
        }
        pixels[row * width + column] = Tone.pack(tone);
    }

    /** A number 0..1 for a pixel, without a pattern that the eye would find. */
    static double hash(int column, int row) {
        int h = column * 0x27d4eb2d ^ row * 0x165667b1;
        h = (h ^ h >>> 15) * 0x2c1b3c6d;
        h = (h ^ h >>> 12) * 0x297a2d39;
        return ((h ^ h >>> 15) & 0xffffff) / (double) 0x1000000;
    }

    private static int dithered(float[] tone, int column, int row) {
        float threshold = (float) hash(column, row);
        return (int) Math.min(255, Tone.srgb(tone[0]) + threshold) << 16
            | (int) Math.min(255, Tone.srgb(tone[1]) + threshold) << 8
            | (int) Math.min(255, Tone.srgb(tone[2]) + threshold);
    }

    private static int level(double value) {
        return value <= 0 ? 0 : value >= 255 ? 255 : (int) (value + 0.5);
    }

    @FunctionalInterface
    interface Shader {
        /** Sets the tone, in linear light, at a place in units that is also this pixel. */
        void shade(double x, double y, int column, int row, float[] tone);
    }
}
