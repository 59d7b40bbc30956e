package imagegen.embedded.drawing;

import java.util.Random;

/** Domain-warped noise (after Íñigo Quílez, "warp"), lit from within, and stars in front and behind. */
final class Nebula implements Painter {

    @Override
    public void paint(Canvas canvas, Work work) {
        gas(canvas, work.part(0.86, canvas.height));
        stars(canvas, work.part(0.09, 1000));
        canvas.finish(work.part(0.05, canvas.height), 0.35, 3);
    }

    private static void gas(Canvas canvas, Work.Part rows) {
        Random random = canvas.random;
        Noise noise = canvas.noise;
        Ramp ramp = canvas.palette.ramp();
        double zoom = 0.9 + 0.7 * random.nextDouble();
        double warp = 1.9 + 1.4 * random.nextDouble();
        double offsetX = 90 * random.nextDouble();
        double offsetY = 90 * random.nextDouble();
        double tilt = Math.PI * random.nextDouble();
        double heartX = canvas.wide() * (0.3 + 0.4 * random.nextDouble());
        double heartY = canvas.high() * (0.3 + 0.4 * random.nextDouble());
        float[] dark = Tone.scaled(canvas.palette.darkest(), 0.45);
        float[] accent = canvas.palette.accent(random.nextInt(2));
        float[] second = canvas.palette.stops().get(2 + random.nextInt(2));
        float[] core = canvas.palette.lightest();
        canvas.shade(rows, (x, y, column, row, tone) -> {
            double px = x * zoom + offsetX;
            double py = y * zoom + offsetY;
            double qx = noise.fractal(px, py, 4);
            double qy = noise.fractal(px + 5.2, py + 1.3, 4);
            double rx = noise.fractal(px + warp * qx + 1.7, py + warp * qy + 9.2, 4);
            double ry = noise.fractal(px + warp * qx + 8.3, py + warp * qy + 2.8, 4);
            double f = noise.fractal(px + warp * rx, py + warp * ry, 7);
            double dx = x - heartX;
            double dy = y - heartY;
            double across = -Math.sin(tilt) * dx + Math.cos(tilt) * dy;
            double band = Math.exp(-across * across * 5);
            double heart = Math.exp(-(dx * dx + dy * dy) * 7);
            double density = Tone.clamp(0.30 + 0.95 * f + 0.34 * band + 0.22 * heart - 0.12);
            double threads = noise.ridged(px * 2.3 + 1.4 * rx, py * 2.3 + 1.4 * ry, 4);
            double light = 0.05 + 1.2 * density * density + 0.35 * heart * density;
            set(tone, dark);
            Tone.add(tone, ramp.at(0.10 + 0.66 * density), light);
            Tone.mix(tone, accent, light * 0.9, 0.55 * Tone.smooth(0.06, 0.40, rx));
            Tone.mix(tone, second, light, 0.5 * Tone.smooth(0.08, 0.45, -qy));
            Tone.add(tone, core, 0.8 * Math.pow(threads, 5) * density * density + 0.18 * heart * heart * density);
            double dust = Tone.smooth(0.12, 0.55, noise.fractal(px * 2.1 - 1.5 * qx + 31, py * 2.1 - 1.5 * qy + 7, 5));
            Tone.scale(tone, 1 - 0.72 * dust);
            for (int i = 0; i < 3; i++) {
                tone[i] = (float) (1 - Math.exp(-1.35 * tone[i]));
            }
        });
    }

    private static void stars(Canvas canvas, Work.Part part) {
        Random random = canvas.random;
        for (int i = 0; i < 1000; i++) {
            double x = canvas.width * random.nextDouble();
            double y = canvas.height * random.nextDouble();
            double magnitude = Math.pow(random.nextDouble(), i < 14 ? 0.6 : 7);
            float[] light = canvas.palette.lightest().clone();
            Tone.mix(light, canvas.palette.accent(i), 0.35 * random.nextDouble());
            double radius = canvas.unit * (0.0007 + 0.0022 * magnitude);
            glow(canvas, x, y, radius, light, 0.35 + 0.9 * magnitude);
            if (i < 14 && magnitude > 0.55) {
                spikes(canvas, x, y, canvas.unit * 0.05 * magnitude, light);
            }
            part.done();
        }
    }

    private static void glow(Canvas canvas, double x, double y, double radius, float[] light, double strength) {
        int reach = (int) Math.ceil(radius * 5) + 1;
        for (int row = (int) y - reach; row <= y + reach; row++) {
            for (int column = (int) x - reach; column <= x + reach; column++) {
                double distance = Math.hypot(column + 0.5 - x, row + 0.5 - y) / Math.max(radius, 0.6);
                double thin = Math.min(1, radius / 0.6);
                canvas.screen(column, row, light,
                    strength * thin * (Math.exp(-distance * distance) + 0.12 * Math.exp(-distance)));
            }
        }
    }

    private static void spikes(Canvas canvas, double x, double y, double length, float[] light) {
        for (int along = (int) -length; along <= length; along++) {
            double strength = 0.8 * Math.pow(1 - Math.abs(along) / length, 3);
            canvas.screen((int) x + along, (int) y, light, strength);
            canvas.screen((int) x, (int) y + along, light, strength);
        }
    }

    private static void set(float[] tone, float[] to) {
        System.arraycopy(to, 0, tone, 0, 3);
    }
}
