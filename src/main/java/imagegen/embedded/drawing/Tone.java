package imagegen.embedded.drawing;

import java.awt.Color;

/**
 * Arithmetic of color: a color is three floats in linear light, so that mixing and adding behave as light does; it
 * becomes sRGB at the very end.
 */
final class Tone {

    private static final int STEPS = 4096;
    /** sRGB by the root of the linear value: the curve is steep near black. */
    private static final float[] BY_ROOT = new float[STEPS + 1];

    static {
        for (int i = 0; i <= STEPS; i++) {
            double root = (double) i / STEPS;
            BY_ROOT[i] = (float) (255 * encode(root * root));
        }
    }

    private Tone() {
    }

    /** The sRGB value, 0..255 and not yet rounded, of a linear one; out of range is clipped. */
    static float srgb(float linear) {
        float root = linear <= 0 ? 0 : linear >= 1 ? 1 : (float) Math.sqrt(linear);
        return BY_ROOT[(int) (root * STEPS + 0.5f)];
    }

    static float[] linear(int rgb) {
        return new float[] {decode((rgb >> 16) & 255), decode((rgb >> 8) & 255), decode(rgb & 255)};
    }

    static int pack(float[] tone) {
        return Math.round(srgb(tone[0])) << 16 | Math.round(srgb(tone[1])) << 8 | Math.round(srgb(tone[2]));
    }

    static Color color(float[] tone, double alpha) {
        return new Color(pack(tone) | (int) Math.round(clamp(alpha) * 255) << 24, true);
    }

    static void mix(float[] into, float[] other, double share) {
        float t = (float) clamp(share);
        for (int i = 0; i < 3; i++) {
            into[i] += t * (other[i] - into[i]);
        }
    }

    /** Mixes in the other tone, so much brighter or darker. */
    static void mix(float[] into, float[] other, double strength, double share) {
        float t = (float) clamp(share);
        for (int i = 0; i < 3; i++) {
            into[i] += t * ((float) strength * other[i] - into[i]);
        }
    }

    static void add(float[] into, float[] other, double strength) {
        for (int i = 0; i < 3; i++) {
            into[i] += (float) (strength * other[i]);
        }
    }

    static void scale(float[] tone, double factor) {
        for (int i = 0; i < 3; i++) {
            tone[i] *= (float) factor;
        }
    }

    static float[] scaled(float[] tone, double factor) {
        float[] copy = tone.clone();
        scale(copy, factor);
        return copy;
    }

    static double clamp(double value) {
        return value < 0 ? 0 : Math.min(value, 1);
    }

    /** 0 below {@code low}, 1 above {@code high}, smooth between. */
    static double smooth(double low, double high, double value) {
        double t = clamp((value - low) / (high - low));
        return t * t * (3 - 2 * t);
    }

    private static double encode(double linear) {
        return linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    }

    private static float decode(int srgb) {
        double value = srgb / 255.0;
        return (float) (value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
    }
}
