/**
 * Turns a prompt into a picture: deterministic generative art on Java2D, headless, with true progress.
 *
 * <p>Knows nothing of requests, users or HTTP. A {@link imagegen.embedded.drawing.Drawing} is a value; drawing it takes
 * one thread and a {@link imagegen.embedded.drawing.Work} that hears how far it is and may call it off.
 */
package imagegen.embedded.drawing;
