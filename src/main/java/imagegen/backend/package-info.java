/**
 * What is asked of the image backend: submit, status and cancel through a MicroProfile Rest Client, and the event
 * stream through {@link jakarta.ws.rs.sse.SseEventSource}.
 *
 * <p>{@link imagegen.backend.Backend} is the whole of it. Every open question of the migration plan is a setting of
 * {@link imagegen.backend.BackendConfig}.
 */
package imagegen.backend;
