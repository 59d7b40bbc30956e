package imagegen.embedded.drawing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A grid whose squares divide themselves, each with a motif of circles, quarters and stripes. */
final class Tiles implements Painter {

    private record Tile(double x, double y, double side) {
    }

    @Override
    public void paint(Canvas canvas, Work work) {
        List<Tile> tiles = tiles(canvas);
        Work.Part part = work.part(0.8, tiles.size());
        Graphics2D brush = canvas.brush();
        try {
            for (Tile tile : tiles) {
                draw(canvas, (Graphics2D) brush.create(), tile);
                part.done();
            }
        } finally {
            brush.dispose();
        }
        canvas.finish(work.part(0.2, canvas.height), 0.1, 7);
    }

    private static List<Tile> tiles(Canvas canvas) {
        Random random = canvas.random;
        int across = 3 + random.nextInt(3);
        double side = 1.0 / across;
        int columns = (int) Math.ceil(canvas.wide() / side - 1e-9);
        int rows = (int) Math.ceil(canvas.high() / side - 1e-9);
        double left = (canvas.wide() - columns * side) / 2;
        double top = (canvas.high() - rows * side) / 2;
        double restless = 0.3 + 0.35 * random.nextDouble();
        List<Tile> tiles = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                divide(new Tile(left + column * side, top + row * side, side), restless, 0, random, tiles);
            }
        }
        return tiles;
    }

    private static void divide(Tile tile, double restless, int depth, Random random, List<Tile> into) {
        if (depth < 3 && random.nextDouble() < restless * (depth == 0 ? 1.15 : 0.75)) {
            double half = tile.side / 2;
            for (int i = 0; i < 4; i++) {
                divide(new Tile(tile.x + i % 2 * half, tile.y + i / 2 * half, half), restless, depth + 1, random, into);
            }
        } else {
            into.add(tile);
        }
    }

    /** Draws in a square of side 1, turned by quarters. */
    private static void draw(Canvas canvas, Graphics2D brush, Tile tile) {
        Random random = canvas.random;
        Color ground = canvas.palette.flat(random, 0);
        Color first = other(canvas, ground);
        Color second = other(canvas, first, ground);
        brush.translate(tile.x, tile.y);
        brush.scale(tile.side, tile.side);
        // A hair more than the square, so that no seam shows between neighbors.
        brush.setColor(ground);
        double hair = 0.5 / (tile.side * canvas.unit);
        brush.fill(new Rectangle2D.Double(-hair, -hair, 1 + 2 * hair, 1 + 2 * hair));
        brush.clip(new Rectangle2D.Double(-hair, -hair, 1 + 2 * hair, 1 + 2 * hair));
        brush.rotate(Math.PI / 2 * random.nextInt(4), 0.5, 0.5);
        boolean small = tile.side < 0.1;
        brush.setColor(first);
        switch (random.nextInt(small ? 6 : 13)) {
            case 0 -> brush.fill(disc(0, 0, 1));
            case 1 -> brush.fill(disc(0.5, 0.5, 0.36));
            case 2 -> brush.fill(triangle());
            case 3 -> brush.fill(disc(0, 0.5, 0.5));
            case 4 -> {
                brush.fill(disc(0.5, 0.5, 0.5));
                brush.setColor(second);
                brush.fill(disc(0.5, 0.5, 0.22));
            }
            case 5 -> brush.fill(leaf());
            case 6 -> rings(canvas, brush, 0, 0, first, second, ground);
            case 7 -> rings(canvas, brush, 0.5, 0.5, first, second, ground);
            case 8 -> stripes(brush, 3 + 2 * random.nextInt(3));
            case 9 -> {
                // Truchet's arcs, as broad as the space between.
                arcs(brush, 0, 0);
                arcs(brush, 1, 1);
            }
            case 10 -> dots(brush, 3 + random.nextInt(3));
            case 11 -> {
                brush.fill(new Arc2D.Double(0, 0, 1, 1, 0, 180, Arc2D.PIE));
                brush.setColor(second);
                brush.fill(new Arc2D.Double(0, 0.5, 1, 1, 0, 180, Arc2D.PIE));
            }
            default -> {
                brush.fill(leaf());
                brush.rotate(Math.PI / 2, 0.5, 0.5);
                brush.setColor(second);
                brush.fill(leaf());
                brush.setColor(ground);
                brush.fill(disc(0.5, 0.5, 0.1));
            }
        }
        brush.dispose();
    }

    private static Color other(Canvas canvas, Color... not) {
        Color best = canvas.palette.flat(canvas.random, 0);
        for (int i = 0; i < 12 && !farFromAll(best, not); i++) {
            best = canvas.palette.flat(canvas.random, 0);
        }
        return best;
    }

    private static boolean farFromAll(Color color, Color... others) {
        for (Color other : others) {
            int apart = Math.abs(color.getRed() - other.getRed()) + Math.abs(color.getGreen() - other.getGreen())
                + Math.abs(color.getBlue() - other.getBlue());
            if (apart < 110) {
                return false;
            }
        }
        return true;
    }

    private static Shape disc(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static Shape triangle() {
        var path = new Path2D.Double();
        path.moveTo(-0.01, -0.01);
        path.lineTo(1.01, -0.01);
        path.lineTo(-0.01, 1.01);
        path.closePath();
        return path;
    }

    private static Shape leaf() {
        var leaf = new Area(disc(0, 0, 1));
        leaf.intersect(new Area(disc(1, 1, 1)));
        return leaf;
    }

    private static void rings(Canvas canvas, Graphics2D brush, double x, double y, Color... colors) {
        int rings = 4 + canvas.random.nextInt(3);
        double outer = x == 0 ? 1 : 0.5;
        for (int i = 0; i < rings; i++) {
            brush.setColor(colors[i % colors.length]);
            brush.fill(disc(x, y, outer * (rings - i) / rings));
        }
    }

    private static void stripes(Graphics2D brush, int count) {
        for (int i = 0; i < count; i += 2) {
            brush.fill(new Rectangle2D.Double((double) i / count, -0.01, 1.0 / count, 1.02));
        }
    }

    private static void arcs(Graphics2D brush, double x, double y) {
        var arc = new Area(disc(x, y, 2.0 / 3));
        arc.subtract(new Area(disc(x, y, 1.0 / 3)));
        brush.fill(arc);
    }

    private static void dots(Graphics2D brush, int count) {
        for (int i = 0; i < count * count; i++) {
            brush.fill(disc((i % count + 0.5) / count, (i / count + 0.5) / count, 0.3 / count));
        }
    }
}
