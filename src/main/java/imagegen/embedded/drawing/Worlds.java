package imagegen.embedded.drawing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Circle packing; every circle is a world of bands, marble or agate under one sun. */
final class Worlds implements Painter {

    /** Per square unit. */
    private static final int TRIES = 9000;

    private record World(double x, double y, double radius) {
    }

    @Override
    public void paint(Canvas canvas, Work work) {
        boolean light = switch (canvas.palette) {
            case NIGHT, AURORA, NEON -> false;
            default -> canvas.random.nextDouble() < 0.4;
        };
        ground(canvas, light, work.part(0.2, canvas.height));
        List<World> worlds = pack(canvas, work);
        Work.Part part = work.part(0.65, worlds.size());
        for (World world : worlds) {
            if (light) {
                shadow(canvas, world);
            }
        }
        for (World world : worlds) {
            draw(canvas, world, light);
            part.done();
        }
        canvas.finish(work.part(0.05, canvas.height), 0.3, 4);
    }

    private static void ground(Canvas canvas, boolean light, Work.Part rows) {
        Ramp ramp = canvas.palette.ramp();
        Noise noise = canvas.noise;
        canvas.shade(rows, (x, y, column, row, tone) -> {
            double cloud = noise.fractal(x * 1.3 + 50, y * 1.3, 4);
            double t = light ? 0.93 + 0.07 * cloud - 0.05 * y / canvas.high()
                : 0.02 + 0.14 * Tone.smooth(-0.4, 0.9, cloud + 0.4 * y / canvas.high());
            System.arraycopy(ramp.at(t), 0, tone, 0, 3);
            if (!light) {
                Tone.scale(tone, 0.75);
            }
        });
    }

    private static List<World> pack(Canvas canvas, Work work) {
        Random random = canvas.random;
        int tries = (int) (TRIES * Math.min(6, canvas.wide() * canvas.high()));
        Work.Part part = work.part(0.1, tries);
        List<World> worlds = new ArrayList<>();
        double largest = 0.19 + 0.1 * random.nextDouble();
        double gap = 0.004 + 0.006 * random.nextDouble();
        for (int i = 0; i < tries; i++) {
            double x = -0.05 + (canvas.wide() + 0.1) * random.nextDouble();
            double y = -0.05 + (canvas.high() + 0.1) * random.nextDouble();
            double age = (double) i / tries;
            double share = i < 3 ? 1 : 0.25 + 0.75 * random.nextDouble();
            double wanted = Math.max(0.006, largest * Math.pow(1 - age, 2.2) * share);
            double room = wanted;
            for (World world : worlds) {
                room = Math.min(room, Math.hypot(world.x - x, world.y - y) - world.radius - gap);
                if (room < 0.004) {
                    break;
                }
            }
            if (room >= Math.max(0.004, wanted * 0.45)) {
                worlds.add(new World(x, y, room));
            }
            part.done();
        }
        return worlds;
    }

    private static void shadow(Canvas canvas, World world) {
        double x = world.x + world.radius * 0.28;
        double y = world.y + world.radius * 0.34;
        double reach = world.radius * 1.25;
        each(canvas, x, y, reach, (column, row, dx, dy) -> {
            double distance = Math.hypot(dx, dy) / reach;
            double dark = 1 - 0.42 * Tone.smooth(1, 0.55, distance);
            int index = row * canvas.width + column;
            float[] tone = Tone.linear(canvas.pixels[index]);
            Tone.scale(tone, dark);
            canvas.pixels[index] = Tone.pack(tone);
        });
    }

    private static void draw(Canvas canvas, World world, boolean light) {
        Random random = canvas.random;
        Noise noise = canvas.noise;
        Ramp ramp = canvas.palette.ramp();
        int kind = random.nextInt(4);
        double middle = 0.28 + 0.5 * random.nextDouble();
        double span = 0.25 + 0.4 * random.nextDouble();
        boolean accented = random.nextDouble() < 0.3;
        float[] accent = canvas.palette.accent(random.nextInt(2));
        float[] air = canvas.palette.lightest();
        double tilt = Math.PI * (0.1 + 0.5 * random.nextDouble());
        double phase = 100 * random.nextDouble();
        double detail = 1.2 + 1.2 * random.nextDouble();
        each(canvas, world.x, world.y, world.radius + 1.0 / canvas.unit, (column, row, dx, dy) -> {
            double nx = dx / world.radius;
            double ny = dy / world.radius;
            double square = nx * nx + ny * ny;
            double cover = Tone.clamp((world.radius - Math.hypot(dx, dy)) * canvas.unit + 0.5);
            if (cover <= 0) {
                return;
            }
            double nz = Math.sqrt(Math.max(0, 1 - square));
            // The surface bends away: noise is read where the ball is, not where the screen is.
            double bend = 1 + 0.45 * (1 - nz);
            double u = (Math.cos(tilt) * nx + Math.sin(tilt) * ny) * bend;
            double v = (Math.cos(tilt) * ny - Math.sin(tilt) * nx) * bend;
            double pattern = switch (kind) {
                case 0 -> noise.fractal(
                    phase + 0.5 * u + 0.25 * noise.at(u * 3 + phase, v * 3), v * 3.4 * detail + phase, 5);
                case 1 -> {
                    double wx = noise.fractal(u * detail + phase, v * detail, 3);
                    double wy = noise.fractal(u * detail, v * detail + phase, 3);
                    yield noise.fractal(u * detail + 2.4 * wx + phase, v * detail + 2.4 * wy, 4);
                }
                case 2 -> 0.45 * Math.sin(9 * detail * (Math.hypot(u - 0.3, v + 0.2)
                    + 0.35 * noise.fractal(u * 1.4 + phase, v * 1.4, 3)));
                default -> 0.9 * noise.fractal(
                    u * 1.5 * detail + 1.2 * noise.at(u + phase, v) + phase, v * 1.5 * detail + phase, 6);
            };
            float[] tone = ramp.copy(middle + span * pattern);
            if (accented) {
                Tone.mix(tone, accent, Tone.smooth(0.02, 0.30, pattern));
            }
            double sun = -0.52 * nx - 0.58 * ny + 0.63 * nz;
            double lit = light ? 0.30 + 0.85 * Tone.smooth(-0.5, 1, sun) : 0.02 + 1.25 * Tone.smooth(-0.18, 1, sun);
            Tone.scale(tone, lit);
            double rim = Math.pow(1 - nz, 3) * (light ? 0.14 : 0.55 * Tone.smooth(-0.3, 0.6, sun));
            Tone.add(tone, air, rim);
            double shine = Math.pow(Math.max(0, sun), light ? 60 : 26);
            Tone.add(tone, air, shine * (light ? 0.75 : 0.10));
            int index = row * canvas.width + column;
            float[] behind = Tone.linear(canvas.pixels[index]);
            Tone.mix(behind, tone, cover);
            canvas.pixels[index] = Tone.pack(behind);
        });
    }

    private interface Spot {
        void at(int column, int row, double dx, double dy);
    }

    private static void each(Canvas canvas, double x, double y, double reach, Spot spot) {
        int top = Math.max(0, (int) ((y - reach) * canvas.unit));
        int bottom = Math.min(canvas.height - 1, (int) ((y + reach) * canvas.unit) + 1);
        int left = Math.max(0, (int) ((x - reach) * canvas.unit));
        int right = Math.min(canvas.width - 1, (int) ((x + reach) * canvas.unit) + 1);
        for (int row = top; row <= bottom; row++) {
            for (int column = left; column <= right; column++) {
                spot.at(column, row, (column + 0.5) / canvas.unit - x, (row + 0.5) / canvas.unit - y);
            }
        }
    }
}
