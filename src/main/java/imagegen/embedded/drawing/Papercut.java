package imagegen.embedded.drawing;

import java.util.Random;

/** A smooth relief cut into sheets; each sheet throws a soft shadow on those below. */
final class Papercut implements Painter {

    private static final int SHADOW_STEPS = 14;

    @Override
    public void paint(Canvas canvas, Work work) {
        Random random = canvas.random;
        int sheets = 7 + random.nextInt(5);
        float[] relief = relief(canvas, sheets, work.part(0.35, canvas.height));
        float[][] tones = tones(canvas, sheets);
        double angle = Math.toRadians(215 + 40 * random.nextDouble());
        double reach = 0.034 + 0.014 * random.nextDouble();
        Noise noise = canvas.noise;
        canvas.shade(work.part(0.6, canvas.height), (x, y, column, row, tone) -> {
            float height = relief[row * canvas.width + column];
            double edge = Math.rint(height);
            double slope = Math.hypot(
                relief(relief, canvas, column + 1, row) - relief(relief, canvas, column - 1, row),
                relief(relief, canvas, column, row + 1) - relief(relief, canvas, column, row - 1)) / 2 + 1e-6;
            double distance = (height - edge) / slope;
            double cover = Tone.clamp(distance + 0.5);
            int upper = (int) Math.max(0, Math.min(sheets, edge));
            int lower = Math.max(0, upper - 1);
            float[] above = tones[upper];
            float[] below = tones[lower];
            double fiber = 1 + 0.05 * noise.at(x * 160, y * 40) + 0.035 * noise.at(x * 300 + 9, y * 300);
            double lift = cover < 1 ? light(relief, canvas, column, row, lower, angle, reach) : 1;
            double liftAbove = cover > 0 ? light(relief, canvas, column, row, upper, angle, reach) : 1;
            // The cut catches the light where it faces it.
            double rim = 0.16 * Tone.smooth(3.2 * canvas.unit / 1024.0 + 1, 0, distance) * cover;
            for (int i = 0; i < 3; i++) {
                double down = below[i] * lift;
                double up = above[i] * liftAbove * (1 + rim) + rim * 0.04;
                tone[i] = (float) ((down + cover * (up - down)) * fiber);
            }
        });
        canvas.finish(work.part(0.05, canvas.height), 0.22, 5);
    }

    private static float[] relief(Canvas canvas, int sheets, Work.Part rows) {
        Random random = canvas.random;
        Noise noise = canvas.noise;
        double zoom = 0.75 + 0.6 * random.nextDouble();
        double stretch = random.nextBoolean() ? 1 : 2.1;
        double offsetX = 80 * random.nextDouble();
        double offsetY = 80 * random.nextDouble();
        double middleX = canvas.wide() * (0.3 + 0.4 * random.nextDouble());
        double middleY = canvas.high() * (0.3 + 0.4 * random.nextDouble());
        // A pit, a peak, or a slope from one side to the other.
        double bowl = random.nextInt(3) - 1;
        double lean = bowl == 0 ? 0.75 : 0.1;
        float[] relief = new float[canvas.width * canvas.height];
        double lowest = Double.MAX_VALUE;
        double highest = -Double.MAX_VALUE;
        for (int row = 0; row < canvas.height; row++) {
            double y = (row + 0.5) / canvas.unit;
            for (int column = 0; column < canvas.width; column++) {
                double x = (column + 0.5) / canvas.unit;
                double px = x * zoom + offsetX;
                double py = y * zoom * stretch + offsetY;
                double warpX = noise.fractal(px + 3.1, py + 7.7, 2);
                double warpY = noise.fractal(px - 8.4, py + 2.2, 2);
                double f = noise.fractal(px + 0.9 * warpX, py + 0.9 * warpY, 3);
                double round = Math.hypot(x - middleX, y - middleY) / Math.hypot(canvas.wide(), canvas.high());
                double value = 0.78 * f + bowl * (round - 0.33) * 1.15 + lean * (y / canvas.high() - 0.5);
                relief[row * canvas.width + column] = (float) value;
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
            }
            rows.done();
        }
        // From the lowest to the highest, so that every sheet shows.
        for (int i = 0; i < relief.length; i++) {
            relief[i] = (float) ((relief[i] - lowest) / (highest - lowest) * (sheets + 0.4));
        }
        return relief;
    }

    private static float[][] tones(Canvas canvas, int sheets) {
        Ramp ramp = canvas.palette.ramp();
        boolean risingToLight = canvas.random.nextDouble() < 0.6;
        int accented = 1 + canvas.random.nextInt(sheets - 1);
        float[][] tones = new float[sheets + 1][];
        for (int i = 0; i <= sheets; i++) {
            double t = (double) i / sheets;
            tones[i] = ramp.copy(0.07 + 0.9 * (risingToLight ? t : 1 - t));
            if (i == accented) {
                Tone.mix(tones[i], canvas.palette.accent(i), 0.85);
            }
        }
        return tones;
    }

    /** How much light reaches a pixel of a sheet: looks towards the lamp for sheets that stand above it. */
    private static double light(
            float[] relief, Canvas canvas, int column, int row, int sheet, double angle, double reach) {
        double shadow = 0;
        for (int i = 1; i <= SHADOW_STEPS; i++) {
            double far = (double) i / SHADOW_STEPS;
            double length = far * reach * canvas.unit;
            float there = relief(relief, canvas,
                (int) Math.round(column + Math.cos(angle) * length), (int) Math.round(row + Math.sin(angle) * length));
            // A sheet starts half a level up, where the relief rounds to it.
            double over = there - (sheet + 1);
            if (over > 0) {
                double higher = Math.min(3, 1 + Math.floor(over));
                shadow = Math.max(shadow, Tone.clamp(1 - far / (0.55 + 0.15 * higher)) * Tone.smooth(0, 0.12, over));
            }
        }
        return 1 - 0.72 * shadow * (2 - shadow) * 0.85;
    }

    private static float relief(float[] relief, Canvas canvas, int column, int row) {
        int inColumn = Math.max(0, Math.min(canvas.width - 1, column));
        int inRow = Math.max(0, Math.min(canvas.height - 1, row));
        return relief[inRow * canvas.width + inColumn];
    }
}
