package imagegen.embedded.drawing;

import java.util.Random;

/** Gradient noise in the plane (Perlin 2002, quintic fade) and sums of it; smooth, seeded, about -1..1. */
final class Noise {

    private static final int SIZE = 256;
    /** Each octave is turned a little, so that the lattice of one does not lie on that of the next. */
    private static final double COS = 0.8, SIN = 0.6;

    private final int[] permutation = new int[SIZE * 2];
    private final double[] gradientX = new double[SIZE];
    private final double[] gradientY = new double[SIZE];

    Noise(Random random) {
        for (int i = 0; i < SIZE; i++) {
            permutation[i] = i;
            double angle = random.nextDouble() * 2 * Math.PI;
            gradientX[i] = Math.cos(angle);
            gradientY[i] = Math.sin(angle);
        }
        for (int i = SIZE - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = permutation[i];
            permutation[i] = permutation[j];
            permutation[j] = kept;
        }
        System.arraycopy(permutation, 0, permutation, SIZE, SIZE);
    }

    double at(double x, double y) {
        int floorX = (int) Math.floor(x);
        int floorY = (int) Math.floor(y);
        double dx = x - floorX;
        double dy = y - floorY;
        int column = floorX & (SIZE - 1);
        int row = floorY & (SIZE - 1);
        int left = permutation[column];
        int right = permutation[(column + 1) & (SIZE - 1)];
        int nextRow = (row + 1) & (SIZE - 1);
        double u = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
        double v = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
        double top = mix(dot(left + row, dx, dy), dot(right + row, dx - 1, dy), u);
        double bottom = mix(dot(left + nextRow, dx, dy - 1), dot(right + nextRow, dx - 1, dy - 1), u);
        return 1.5 * mix(top, bottom, v);
    }

    /** Fractal sum: each octave twice as fine and half as strong. */
    double fractal(double x, double y, int octaves) {
        double sum = 0;
        double strength = 0.5;
        for (int i = 0; i < octaves; i++) {
            sum += strength * at(x, y);
            double turned = 2 * (COS * x - SIN * y) + 17.3;
            y = 2 * (SIN * x + COS * y) + 5.1;
            x = turned;
            strength *= 0.5;
        }
        return sum;
    }

    /** Fractal sum of folded noise: sharp crests, as of mountains and threads; 0..1. */
    double ridged(double x, double y, int octaves) {
        double sum = 0;
        double strength = 0.5;
        double weight = 1;
        for (int i = 0; i < octaves; i++) {
            double crest = 1 - Math.min(1, Math.abs(at(x, y)));
            crest *= crest * weight;
            weight = Math.min(1, crest * 2);
            sum += strength * crest;
            double turned = 2 * (COS * x - SIN * y) + 17.3;
            y = 2 * (SIN * x + COS * y) + 5.1;
            x = turned;
            strength *= 0.5;
        }
        return sum;
    }

    private double dot(int corner, double dx, double dy) {
        int gradient = permutation[corner & (2 * SIZE - 1)];
        return gradientX[gradient] * dx + gradientY[gradient] * dy;
    }

    private static double mix(double a, double b, double t) {
        return a + t * (b - a);
    }
}
