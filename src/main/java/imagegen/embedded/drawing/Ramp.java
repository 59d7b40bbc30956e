package imagegen.embedded.drawing;

import java.awt.Color;

/** A run of colors from dark to light, mixed in OKLab so that the way between two stops stays clean. */
final class Ramp {

    private static final int STEPS = 512;

    private final float[][] tones = new float[STEPS + 1][];

    /** @param stops sRGB colors, evenly spread, two or more */
    Ramp(int... stops) {
        double[][] labs = new double[stops.length][];
        for (int i = 0; i < stops.length; i++) {
            labs[i] = lab(Tone.linear(stops[i]));
        }
        for (int i = 0; i <= STEPS; i++) {
            double place = (double) i / STEPS * (stops.length - 1);
            int stop = Math.min((int) place, stops.length - 2);
            double t = place - stop;
            double[] mixed = new double[3];
            for (int c = 0; c < 3; c++) {
                mixed[c] = labs[stop][c] + t * (labs[stop + 1][c] - labs[stop][c]);
            }
            tones[i] = light(mixed);
        }
    }

    /** The tone at 0..1, in linear light; shared, so never to be written to. */
    float[] at(double t) {
        return tones[(int) (Tone.clamp(t) * STEPS + 0.5)];
    }

    float[] copy(double t) {
        return at(t).clone();
    }

    Color color(double t) {
        return new Color(Tone.pack(at(t)));
    }

    // Björn Ottosson, "A perceptual color space for image processing"
    private static double[] lab(float[] rgb) {
        double l = Math.cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
        double m = Math.cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
        double s = Math.cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);
        return new double[] {
            0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
    }

    private static float[] light(double[] lab) {
        double l = cube(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2]);
        double m = cube(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2]);
        double s = cube(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2]);
        return new float[] {
            (float) Math.max(0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            (float) Math.max(0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            (float) Math.max(0, -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
    }

    private static double cube(double value) {
        return value * value * value;
    }
}
