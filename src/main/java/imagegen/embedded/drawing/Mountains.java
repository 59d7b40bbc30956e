package imagegen.embedded.drawing;

import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.util.Random;

/** Ridges behind ridges: the farther, the more they take on the color of the air. Perhaps a lake, perhaps a night. */
final class Mountains implements Painter {

    @Override
    public void paint(Canvas canvas, Work work) {
        var scene = new Scene(canvas);
        canvas.shade(work.part(0.85, canvas.height), scene::tone);
        scene.trees(work.part(0.1, 2));
        canvas.finish(work.part(0.05, canvas.height), 0.22, 4);
    }

    private static final class Scene {
        private final Canvas canvas;
        private final Noise noise;
        private final Ramp ramp;
        private final boolean night;
        private final boolean aurora;
        private final int layers;
        private final double[][] ridges;
        private final double[] textures;
        private final double sunX;
        private final double sunY;
        private final double sunRadius;
        /** Where the lake begins; below the picture when there is none. */
        private final double shore;
        /** The layers in front of the lake. */
        private final int banks;
        private final float[] haze;
        private final float[] sunTone;
        private final float[] glow;
        private final double cloudiness;
        private final double skyOffset;

        private Scene(Canvas canvas) {
            this.canvas = canvas;
            this.noise = canvas.noise;
            this.ramp = canvas.palette.ramp();
            Random random = canvas.random;
            double dark = switch (canvas.palette) {
                case NIGHT, AURORA, NEON -> 1;
                case DUSK, WINTER, DESERT, CITRUS, BAUHAUS, BLOSSOM, INK -> 0;
                default -> 0.2;
            };
            this.night = random.nextDouble() < dark;
            this.aurora = night && canvas.palette == Palette.AURORA;
            this.sunX = canvas.wide() * (0.22 + 0.56 * random.nextDouble());
            this.sunY = canvas.high() * (0.16 + 0.18 * random.nextDouble());
            this.sunRadius = 0.035 + 0.05 * random.nextDouble();
            this.layers = 7 + random.nextInt(3);
            boolean lake = random.nextDouble() < 0.5;
            this.banks = lake ? 2 : 0;
            this.shore = lake ? canvas.high() * (0.66 + 0.06 * random.nextDouble()) : 9;
            this.cloudiness = random.nextDouble();
            this.skyOffset = 70 * random.nextDouble();
            this.haze = ramp.copy(night ? 0.42 : 0.86);
            this.sunTone = canvas.palette.lightest().clone();
            if (!night) {
                Tone.mix(sunTone, canvas.palette.accent(0), 0.12);
            }
            // A moon's glow takes the color of the night, or it would grey it.
            this.glow = night ? ramp.copy(0.56) : sunTone;
            this.ridges = new double[layers][canvas.width];
            this.textures = new double[layers];
            for (int layer = 0; layer < layers; layer++) {
                raise(layer, random);
            }
        }

        private void raise(int layer, Random random) {
            double near = (double) layer / (layers - 1);
            boolean bank = layer >= layers - banks;
            double base = bank ? 0.86 + 0.08 * (layer - layers + banks)
                : lerp(0.44, shore > 1 + canvas.high() ? 0.92 : shore / canvas.high() - 0.02, banks == 0 ? near
                    : (double) layer / (layers - banks - 1));
            double rise = (bank ? 0.05 : lerp(0.30, 0.13, near)) * (0.8 + 0.4 * random.nextDouble());
            double pace = lerp(1.1, 2.0, near);
            double rough = lerp(0.75, 0.25, near);
            double offset = 200 * random.nextDouble();
            textures[layer] = offset;
            for (int column = 0; column < canvas.width; column++) {
                double x = (column + 0.5) / canvas.unit;
                double rolling = noise.fractal(x * pace + offset, layer * 3.7, 7);
                double crest = noise.ridged(x * pace * 0.8 + offset, layer * 5.1 + 9, 7) - 0.45;
                ridges[layer][column] = base * canvas.high() - rise * lerp(rolling, crest * 1.5, rough) - rise * 0.15;
            }
        }

        private void tone(double x, double y, int column, int row, float[] tone) {
            float[] sum = new float[3];
            double covered = front(x, y, column, sum);
            if (covered < 0.999) {
                float[] behind = new float[3];
                if (y > shore) {
                    water(x, y, column, behind);
                } else {
                    land(x, y, column, behind);
                }
                Tone.add(sum, behind, 1 - covered);
            }
            System.arraycopy(sum, 0, tone, 0, 3);
        }

        /** The banks in front of the lake; answers how much of the pixel they cover. */
        private double front(double x, double y, int column, float[] sum) {
            double covered = 0;
            for (int layer = layers - 1; layer >= layers - banks && covered < 0.999; layer--) {
                covered = lay(layer, x, y, column, covered, sum);
            }
            return covered;
        }

        private void land(double x, double y, int column, float[] sum) {
            double covered = 0;
            for (int layer = layers - banks - 1; layer >= 0 && covered < 0.999; layer--) {
                covered = lay(layer, x, y, column, covered, sum);
            }
            if (covered < 0.999) {
                float[] sky = new float[3];
                sky(x, y, sky);
                Tone.add(sum, sky, 1 - covered);
            }
        }

        private double lay(int layer, double x, double y, int column, double covered, float[] sum) {
            double below = y - ridges[layer][column];
            double cover = Tone.clamp(below * canvas.unit + 0.5);
            if (cover <= 0) {
                return covered;
            }
            double near = (double) layer / (layers - 1);
            double share = (1 - covered) * cover;
            double light = Math.exp(-2.2 * Math.abs(x - sunX)) * (night ? 0.5 : 1);
            float[] tone = ramp.copy(night
                ? lerp(0.40, 0.015, Math.pow(near, 0.75)) : lerp(0.74, 0.02, Math.pow(near, 0.85)));
            double slant = noise.fractal(x * 7 + textures[layer] + below * 4, below * 11 + textures[layer], 6);
            double crag = noise.ridged(x * 5 + textures[layer] - below * 3, below * 6, 5) - 0.4;
            Tone.scale(tone, 1 + (0.30 * slant + 0.28 * crag) * lerp(0.55, 0.9, near));
            Tone.add(tone, sunTone, 0.22 * light * (1 - near) * Tone.smooth(0.10, 0, below) * (1 - 0.4 * near));
            double drift = 0.75 + 0.9 * noise.fractal(x * 1.7 + layer * 9, y * 4 + layer, 4);
            double mist = Tone.smooth(0.02, 0.34, below) * lerp(0.85, 0.30, near) * drift;
            if (layer >= layers - Math.max(1, banks)) {
                mist *= 0.25;
            }
            float[] air = haze.clone();
            Tone.mix(air, sunTone, 0.35 * light);
            Tone.mix(tone, air, mist * (night ? 0.7 : 0.85));
            Tone.add(sum, tone, share);
            return covered + share;
        }

        private void sky(double x, double y, float[] tone) {
            double down = y / (canvas.high() * 0.62);
            double height = night ? lerp(0.0, 0.40, Math.pow(down, 1.5)) : lerp(0.46, 0.95, Math.pow(down, 0.8));
            System.arraycopy(ramp.at(height), 0, tone, 0, 3);
            double fromSun = Math.hypot(x - sunX, y - sunY);
            Tone.add(tone, glow, (night ? 0.55 : 0.42) * Math.exp(-6 * fromSun) + 0.16 * Math.exp(-1.9 * fromSun));
            if (night) {
                stars(x, y, tone);
            }
            if (aurora) {
                curtain(x, y, tone);
            }
            double disc = Tone.clamp((sunRadius - fromSun) * canvas.unit + 0.5);
            float[] face = Tone.scaled(sunTone, 1.1);
            if (night) {
                double seas = noise.fractal((x - sunX) / sunRadius * 0.9, (y - sunY) / sunRadius * 0.9 + 4, 4);
                Tone.scale(face, 0.82 + 0.25 * seas);
            }
            Tone.mix(tone, face, disc);
            double wisps = noise.fractal(x * 1.1 + skyOffset + 0.5 * noise.at(x * 2, y * 6), y * 5.5 + skyOffset, 6);
            double cloud = Tone.smooth(0.32 - 0.3 * cloudiness, 0.75, wisps) * Tone.smooth(0, 0.18, y)
                * (night ? 0.35 : 0.75);
            float[] vapor = ramp.copy(night ? 0.34 : 0.9);
            Tone.mix(vapor, sunTone, 0.7 * Math.exp(-3 * fromSun));
            Tone.mix(tone, vapor, cloud);
        }

        private void stars(double x, double y, float[] tone) {
            double cell = 0.022;
            int column = (int) Math.floor(x / cell);
            int row = (int) Math.floor(y / cell);
            double chance = Canvas.hash(column + 917, row + 131);
            if (chance > 0.55) {
                double px = (column + 0.2 + 0.6 * Canvas.hash(column, row + 77)) * cell;
                double py = (row + 0.2 + 0.6 * Canvas.hash(column + 77, row)) * cell;
                double bright = Math.pow((chance - 0.55) / 0.45, 4);
                double size = 0.0009 + 0.0013 * bright;
                double distance = Math.hypot(x - px, y - py) / size;
                Tone.add(tone, sunTone, (0.25 + bright) * Math.exp(-distance * distance));
            }
        }

        private void curtain(double x, double y, float[] tone) {
            for (int i = 0; i < 3; i++) {
                double wave = noise.fractal(x * 1.4 + 20 * i + skyOffset, i * 7.3, 3);
                double hem = canvas.high() * (0.40 - 0.09 * i) + 0.16 * wave;
                double above = hem - y;
                double rays = 0.55 + 0.6 * noise.fractal(x * 22 + 30 * i + 5 * noise.at(x * 2, i), y * 0.7, 3);
                double strength = Tone.smooth(-0.02, 0.015, above) * Math.exp(-Math.max(0, above) * 6.5)
                    * Math.max(0, rays);
                float[] glow = ramp.copy(0.6 + 0.15 * i);
                Tone.mix(glow, canvas.palette.accent(0), Tone.smooth(0.05, 0.32, above));
                Tone.add(tone, glow, 0.75 * strength);
            }
        }

        private void water(double x, double y, int column, float[] tone) {
            double depth = y - shore;
            double swell = noise.fractal(x * 3 + 7, depth * 70 / (0.3 + 2 * depth), 3);
            double ripple = 0.012 * swell * (0.3 + 3 * depth);
            int mirrored = Math.max(0, Math.min(canvas.width - 1, column + (int) (ripple * canvas.unit)));
            land(x + ripple, shore - depth * 0.95 - 0.02 * swell * depth, mirrored, tone);
            Tone.mix(tone, ramp.at(night ? 0.08 : 0.30), 0.16 + 0.5 * Tone.smooth(0, 0.4, depth));
            double glint = Math.exp(-9 * Math.abs(x - sunX)) * Tone.smooth(0.12, 0.5, swell);
            Tone.add(tone, sunTone, 0.4 * glint);
            // A thread of light where the water meets the land.
            Tone.add(tone, haze, 0.25 * Tone.smooth(0.006, 0, depth));
        }

        /** Firs on the two nearest ridges. */
        private void trees(Work.Part part) {
            Graphics2D brush = canvas.brush();
            try {
                for (int layer = layers - 2; layer < layers; layer++) {
                    double near = (double) layer / (layers - 1);
                    float[] needles = ramp.at(night ? 0.02 : lerp(0.45, 0.02, near));
                    brush.setColor(Tone.color(Tone.scaled(needles, layer == layers - 1 ? 0.75 : 1), 1));
                    double tallest = layer == layers - 1 ? 0.13 : 0.06;
                    double x = -0.02;
                    while (x < canvas.wide() + 0.02) {
                        double grove = noise.fractal(x * 2.2 + layer * 31, 3, 2);
                        if (grove > -0.05) {
                            double height = tallest * (0.35 + 0.65 * canvas.random.nextDouble()) * (0.6 + grove);
                            int column = Math.max(0, Math.min(canvas.width - 1, (int) (x * canvas.unit)));
                            fir(brush, x, ridges[layer][column] + 0.012, height);
                        }
                        x += tallest * (0.06 + 0.30 * canvas.random.nextDouble());
                    }
                    part.done();
                }
            } finally {
                brush.dispose();
            }
        }

        private void fir(Graphics2D brush, double x, double y, double height) {
            int tiers = 7 + canvas.random.nextInt(5);
            var tree = new Path2D.Double();
            tree.moveTo(x, y - height);
            double[] reach = new double[tiers];
            for (int i = 0; i < tiers; i++) {
                reach[i] = height * 0.19 * (i + 1) / tiers * (0.75 + 0.5 * canvas.random.nextDouble());
                double level = y - height + height * 0.95 * (i + 1) / tiers;
                tree.lineTo(x + reach[i], level);
                tree.lineTo(x + reach[i] * 0.45, level - height * 0.02);
            }
            tree.lineTo(x + height * 0.015, y);
            tree.lineTo(x - height * 0.015, y);
            for (int i = tiers - 1; i >= 0; i--) {
                double level = y - height + height * 0.95 * (i + 1) / tiers;
                tree.lineTo(x - reach[i] * 0.45, level - height * 0.02);
                tree.lineTo(x - reach[i] * 0.92, level + height * 0.008);
            }
            tree.closePath();
            brush.fill(tree);
        }
    }

    private static double lerp(double a, double b, double t) {
        return a + t * (b - a);
    }
}
