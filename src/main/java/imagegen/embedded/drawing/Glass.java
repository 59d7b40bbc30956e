package imagegen.embedded.drawing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Voronoi cells as panes in lead, either scattered or in the rings of a rose window, lit from behind. */
final class Glass implements Painter {

    private static final double CELL = 0.06;

    private record Pane(double x, double y, float[] tone, double streak, double phase) {
    }

    @Override
    public void paint(Canvas canvas, Work work) {
        Random random = canvas.random;
        double sunX = canvas.wide() * (0.35 + 0.3 * random.nextDouble());
        double sunY = canvas.high() * (0.3 + 0.3 * random.nextDouble());
        List<Pane> panes = random.nextBoolean() ? rose(canvas, sunX, sunY) : scattered(canvas, sunX, sunY);
        var grid = new Grid(panes, canvas);
        double lead = 0.0034;
        float[] metal = Tone.scaled(canvas.palette.darkest(), 0.16);
        float[] sun = canvas.palette.lightest();
        Noise noise = canvas.noise;
        canvas.shade(work.part(0.95, canvas.height), (x, y, column, row, tone) -> {
            grid.look(x, y);
            Pane pane = grid.nearest;
            double edge = grid.edge;
            double fromSun = Math.hypot(x - sunX, y - sunY);
            double beam = Math.exp(-fromSun * fromSun * 3.2);
            double turnedX = Math.cos(pane.streak) * x + Math.sin(pane.streak) * y;
            double turnedY = Math.cos(pane.streak) * y - Math.sin(pane.streak) * x;
            double streaks = noise.fractal(turnedX * 9 + pane.phase, turnedY * 38 + pane.phase, 4);
            double clouds = noise.fractal(x * 5 + pane.phase, y * 5 - pane.phase, 3);
            double bulge = Tone.smooth(0, 0.03, edge - lead);
            double light = (0.38 + 0.95 * beam) * (0.5 + 0.5 * bulge) * (1 + 0.42 * streaks + 0.30 * clouds);
            System.arraycopy(pane.tone, 0, tone, 0, 3);
            Tone.scale(tone, light);
            Tone.add(tone, sun, 0.05 * beam * beam + 0.10 * Math.pow(Tone.clamp(0.5 + streaks), 4) * beam);
            double solder = Tone.clamp((lead - edge) * canvas.unit + 0.5);
            if (solder > 0) {
                double ridge = Tone.clamp(edge / lead);
                double shine = 0.05 * (1 - ridge) * (0.6 + beam);
                for (int i = 0; i < 3; i++) {
                    // Light that floods around the lead where the sun stands.
                    double came = metal[i] + shine * 0.35 + sun[i] * 0.09 * beam * beam;
                    tone[i] += (float) (solder * (came - tone[i]));
                }
            }
            for (int i = 0; i < 3; i++) {
                tone[i] = (float) (1 - Math.exp(-1.45 * tone[i]));
            }
        });
        canvas.finish(work.part(0.05, canvas.height), 0.3, 3);
    }

    private static List<Pane> scattered(Canvas canvas, double sunX, double sunY) {
        Random random = canvas.random;
        List<Pane> panes = new ArrayList<>();
        double spacing = 0.075 + 0.03 * random.nextDouble();
        // Many throws, the farthest from all others wins: an even spread without a grid (Mitchell's best candidate).
        int count = (int) (canvas.wide() * canvas.high() * 1.25 / (spacing * spacing));
        for (int i = 0; i < count; i++) {
            double bestX = 0;
            double bestY = 0;
            double farthest = -1;
            for (int attempt = 0; attempt < 12; attempt++) {
                double x = -0.1 + (canvas.wide() + 0.2) * random.nextDouble();
                double y = -0.1 + (canvas.high() + 0.2) * random.nextDouble();
                double nearest = Double.MAX_VALUE;
                for (Pane pane : panes) {
                    nearest = Math.min(nearest, (pane.x - x) * (pane.x - x) + (pane.y - y) * (pane.y - y));
                }
                // Finer towards the sun.
                double dense = 1 + 2.5 * Math.exp(-4 * Math.hypot(x - sunX, y - sunY));
                if (nearest * dense > farthest) {
                    farthest = nearest * dense;
                    bestX = x;
                    bestY = y;
                }
            }
            double t = 1 - Math.hypot(bestX - sunX, bestY - sunY) / (0.75 * Math.hypot(canvas.wide(), canvas.high()))
                + 0.22 * random.nextGaussian();
            panes.add(pane(canvas, bestX, bestY, t));
        }
        return panes;
    }

    private static List<Pane> rose(Canvas canvas, double sunX, double sunY) {
        Random random = canvas.random;
        List<Pane> panes = new ArrayList<>();
        int petals = 6 + 2 * random.nextInt(4);
        panes.add(pane(canvas, sunX, sunY, 1));
        double ring = 0.055;
        double turn = random.nextDouble();
        double farthest = Math.hypot(canvas.wide(), canvas.high());
        for (int rank = 1; ring < farthest; rank++) {
            int around = rank == 1 ? petals : petals * (1 << Math.min(3, (int) (Math.log(1 + ring * 9) / Math.log(2))));
            boolean accented = random.nextDouble() < 0.22;
            double swing = random.nextBoolean() ? 0.5 : 0;
            double t = 1 - ring / farthest * 1.25 + 0.18 * random.nextGaussian();
            double second = t + (random.nextBoolean() ? 0.24 : -0.24);
            for (int i = 0; i < around; i++) {
                double angle = 2 * Math.PI * (i + swing + turn) / around;
                double x = sunX + ring * Math.cos(angle);
                double y = sunY + ring * Math.sin(angle);
                if (x > -0.15 && y > -0.15 && x < canvas.wide() + 0.15 && y < canvas.high() + 0.15) {
                    Pane pane = pane(canvas, x, y, i % 2 == 0 ? t : second);
                    panes.add(accented && i % 2 == 0
                        ? new Pane(x, y, canvas.palette.accent(rank), pane.streak, pane.phase) : pane);
                }
            }
            ring += 0.05 + 0.045 * random.nextDouble() + 0.01 * rank / 4;
        }
        return panes;
    }

    private static Pane pane(Canvas canvas, double x, double y, double t) {
        Random random = canvas.random;
        float[] tone = (random.nextDouble() < 0.14 ? canvas.palette.accent(random.nextInt(2))
            : canvas.palette.ramp().at(0.18 + 0.62 * Tone.clamp(t))).clone();
        Tone.scale(tone, 0.85 + 0.4 * random.nextDouble());
        return new Pane(x, y, tone, Math.PI * random.nextDouble(), 60 * random.nextDouble());
    }

    /** Finds the pane at a place, and how far away its lead is. Panes are sought two cells around, which is enough. */
    private static final class Grid {
        private final int columns;
        private final int rows;
        private final Pane[][] cells;
        private final int[] counts;
        private Pane nearest;
        private double edge;

        private Grid(List<Pane> panes, Canvas canvas) {
            columns = (int) Math.ceil((canvas.wide() + 0.4) / CELL);
            rows = (int) Math.ceil((canvas.high() + 0.4) / CELL);
            cells = new Pane[columns * rows][];
            counts = new int[columns * rows];
            for (Pane pane : panes) {
                int cell = row(pane.y) * columns + column(pane.x);
                if (cells[cell] == null) {
                    cells[cell] = new Pane[4];
                } else if (counts[cell] == cells[cell].length) {
                    cells[cell] = Arrays.copyOf(cells[cell], 2 * counts[cell]);
                }
                cells[cell][counts[cell]++] = pane;
            }
        }

        private void look(double x, double y) {
            int reach = 3;
            double closest = Double.MAX_VALUE;
            for (int row = Math.max(0, row(y) - reach); row <= Math.min(rows - 1, row(y) + reach); row++) {
                for (int column = Math.max(0, column(x) - reach); column <= Math.min(columns - 1, column(x) + reach);
                        column++) {
                    int cell = row * columns + column;
                    for (int i = 0; i < counts[cell]; i++) {
                        Pane pane = cells[cell][i];
                        double distance = (pane.x - x) * (pane.x - x) + (pane.y - y) * (pane.y - y);
                        if (distance < closest) {
                            closest = distance;
                            nearest = pane;
                        }
                    }
                }
            }
            edge = 1;
            for (int row = Math.max(0, row(y) - reach); row <= Math.min(rows - 1, row(y) + reach); row++) {
                for (int column = Math.max(0, column(x) - reach); column <= Math.min(columns - 1, column(x) + reach);
                        column++) {
                    int cell = row * columns + column;
                    for (int i = 0; i < counts[cell]; i++) {
                        Pane other = cells[cell][i];
                        if (other != nearest) {
                            double dx = other.x - nearest.x;
                            double dy = other.y - nearest.y;
                            double apart = Math.sqrt(dx * dx + dy * dy) + 1e-9;
                            edge = Math.min(edge, (((other.x + nearest.x) / 2 - x) * dx
                                + ((other.y + nearest.y) / 2 - y) * dy) / apart);
                        }
                    }
                }
            }
        }

        private int column(double x) {
            return Math.max(0, Math.min(columns - 1, (int) ((x + 0.2) / CELL)));
        }

        private int row(double y) {
            return Math.max(0, Math.min(rows - 1, (int) ((y + 0.2) / CELL)));
        }
    }
}
