package imagegen.embedded.drawing;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Ribbons along a field of directions, broad ones first, none over another (after Tyler Hobbs' flow fields). */
final class Ribbons implements Painter {

    private static final double[] WIDTHS = {0.062, 0.044, 0.030, 0.019, 0.011, 0.006};
    /** Per square unit. */
    private static final int[] TRIES = {160, 300, 700, 1500, 2600, 3600};
    private static final double STEP = 0.004;
    private static final double MARGIN = 0.08;

    private record Point(double x, double y, double angle) {
    }

    @Override
    public void paint(Canvas canvas, Work work) {
        new Field(canvas).paint(work);
        canvas.finish(work.part(0.12, canvas.height), 0.12, 7);
    }

    private static final class Field {
        private static final double CELL = 1.0 / 700;

        private final Canvas canvas;
        private final Random random;
        private final double turn;
        private final double swing;
        private final double zoom;
        private final double whirl;
        private final int columns;
        private final int rows;
        private final short[] taken;
        private short ribbon;

        private Field(Canvas canvas) {
            this.canvas = canvas;
            this.random = canvas.random;
            this.turn = 2 * Math.PI * random.nextDouble();
            this.swing = 1.6 + 1.9 * random.nextDouble();
            this.zoom = 0.7 + 0.7 * random.nextDouble();
            this.whirl = random.nextDouble() < 0.35 ? 1 : 0;
            this.columns = (int) ((canvas.wide() + 2 * MARGIN) / CELL) + 1;
            this.rows = (int) ((canvas.high() + 2 * MARGIN) / CELL) + 1;
            this.taken = new short[columns * rows];
        }

        private void paint(Work work) {
            boolean light = random.nextDouble() < 0.55;
            Color ground = light ? new Color(Tone.pack(canvas.palette.lightest()))
                : new Color(Tone.pack(Tone.scaled(canvas.palette.darkest(), 0.8)));
            Graphics2D brush = canvas.brush();
            try {
                brush.setColor(ground);
                brush.fill(new Rectangle2D.Double(0, 0, canvas.wide(), canvas.high()));
                for (int i = 0; i < WIDTHS.length; i++) {
                    int tries = (int) (TRIES[i] * Math.min(12, canvas.wide() * canvas.high()));
                    Work.Part part = work.part(0.88 / WIDTHS.length, tries);
                    for (int attempt = 0; attempt < tries; attempt++) {
                        List<Point> path = grow(WIDTHS[i] * (0.8 + 0.4 * random.nextDouble()), i);
                        part.done();
                        if (!path.isEmpty()) {
                            draw(brush, path, WIDTHS[i], light);
                        }
                    }
                }
            } finally {
                brush.dispose();
            }
        }

        private double angle(double x, double y) {
            double noise = canvas.noise.fractal(x * zoom + 11, y * zoom + 3, 2);
            double around = Math.PI / 2 + Math.atan2(y - canvas.high() * 0.52, x - canvas.wide() * 0.48);
            return whirl * around + (1 - whirl) * turn + swing * noise * (whirl == 0 ? Math.PI / 2 : 0.6);
        }

        /** A path through free room only, or nothing where there is too little of it. */
        private List<Point> grow(double width, int rank) {
            double x = -MARGIN + (canvas.wide() + 2 * MARGIN) * random.nextDouble();
            double y = -MARGIN + (canvas.high() + 2 * MARGIN) * random.nextDouble();
            double half = width / 2 + 0.0016;
            if (!free(x, y, angle(x, y), half)) {
                return List.of();
            }
            double longest = (0.25 + 1.1 * random.nextDouble()) / 2;
            List<Point> back = follow(x, y, half, longest, -1);
            List<Point> forth = follow(x, y, half, longest, 1);
            int length = back.size() + forth.size();
            if (length * STEP < Math.max(width * 1.6, 0.05 - 0.006 * rank)) {
                return List.of();
            }
            List<Point> path = new ArrayList<>(length);
            for (int i = back.size() - 1; i > 0; i--) {
                path.add(back.get(i));
            }
            path.addAll(forth);
            ribbon++;
            for (Point point : path) {
                take(point, half);
            }
            return path;
        }

        private List<Point> follow(double x, double y, double half, double longest, int sense) {
            List<Point> points = new ArrayList<>();
            for (double length = 0; length < longest; length += STEP) {
                double angle = angle(x, y);
                if (!free(x, y, angle, half)) {
                    break;
                }
                points.add(new Point(x, y, angle));
                x += sense * STEP * Math.cos(angle);
                y += sense * STEP * Math.sin(angle);
            }
            return points;
        }

        private boolean free(double x, double y, double angle, double half) {
            double acrossX = -Math.sin(angle);
            double acrossY = Math.cos(angle);
            int samples = 2 + (int) (half / CELL / 2);
            for (int i = -samples; i <= samples; i++) {
                double off = half * i / samples;
                int cell = cell(x + off * acrossX, y + off * acrossY);
                if (cell < 0 || taken[cell] != 0) {
                    return false;
                }
            }
            return true;
        }

        private void take(Point point, double half) {
            double acrossX = -Math.sin(point.angle);
            double acrossY = Math.cos(point.angle);
            for (double off = -half; off <= half; off += CELL * 0.5) {
                for (double along = -STEP / 2; along <= STEP / 2; along += CELL * 0.7) {
                    int cell = cell(
                        point.x + off * acrossX + along * acrossY, point.y + off * acrossY - along * acrossX);
                    if (cell >= 0) {
                        taken[cell] = ribbon;
                    }
                }
            }
        }

        private int cell(double x, double y) {
            int column = (int) ((x + MARGIN) / CELL);
            int row = (int) ((y + MARGIN) / CELL);
            return x < -MARGIN || y < -MARGIN || column >= columns || row >= rows ? -1 : row * columns + column;
        }

        private void draw(Graphics2D brush, List<Point> path, double width, boolean light) {
            Point middle = path.get(path.size() / 2);
            // Colors keep together in regions, with strangers among them.
            double region = 0.5 + 0.75 * canvas.noise.fractal(middle.x * 0.9 + 41, middle.y * 0.9 + 17, 2);
            double low = light ? 0.02 : 0.22;
            double high = light ? 0.82 : 0.98;
            float[] tone = random.nextDouble() < 0.16 ? canvas.palette.accent(random.nextInt(2))
                : canvas.palette.ramp().at(low + (high - low) * Tone.clamp(region + 0.16 * random.nextGaussian()));
            float[] other = canvas.palette.any(random, low, high);
            double kind = random.nextDouble();
            if (kind < 0.17 && width > 0.015) {
                segments(brush, path, width, tone, other);
            } else if (kind < 0.42) {
                fading(brush, path, width, tone, other);
            } else {
                stroke(brush, path, 0, path.size() - 1, width, Tone.color(tone, 1));
                if (kind > 0.82 && width > 0.02) {
                    stroke(brush, path, 2, path.size() - 3, width * 0.12, Tone.color(other, 1));
                }
            }
        }

        private void segments(Graphics2D brush, List<Point> path, double width, float[] tone, float[] other) {
            int from = 0;
            for (int i = 0; from < path.size() - 1; i++) {
                int to = Math.min(path.size() - 1, from + 2 + random.nextInt(14));
                stroke(brush, path, from, to, width, Tone.color(i % 2 == 0 ? tone : other, 1));
                from = to;
            }
        }

        private void fading(Graphics2D brush, List<Point> path, double width, float[] tone, float[] other) {
            for (int i = 0; i < path.size() - 1; i++) {
                float[] mixed = tone.clone();
                Tone.mix(mixed, other, (double) i / path.size());
                stroke(brush, path, i, Math.min(path.size() - 1, i + 2), width, Tone.color(mixed, 1));
            }
        }

        private static void stroke(Graphics2D brush, List<Point> path, int from, int to, double width, Color color) {
            if (to <= from) {
                return;
            }
            var line = new Path2D.Double();
            line.moveTo(path.get(from).x, path.get(from).y);
            for (int i = from + 1; i <= to; i++) {
                line.lineTo(path.get(i).x, path.get(i).y);
            }
            brush.setColor(color);
            brush.setStroke(new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
            brush.draw(line);
        }
    }
}
