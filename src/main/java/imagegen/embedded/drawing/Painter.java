package imagegen.embedded.drawing;

/** One way of drawing. */
interface Painter {

    /**
     * Covers the canvas, drawing every chance from its {@link Canvas#random}; the shares of the parts of the work add
     * up to 1. The composition depends on the canvas's shape, not on its number of pixels.
     */
    void paint(Canvas canvas, Work work);
}
