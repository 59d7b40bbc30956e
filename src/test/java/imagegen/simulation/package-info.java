/**
 * The promises of the gateway, tried on histories that nobody thought of.
 *
 * <p>A seed makes a {@code History}: a list of {@code Step}s that happen to a {@code World}, which is the production
 * classes ({@code Gateway}, the only file that touches them) between a {@code SimulatedBackend} and {@code Tab}s, on
 * {@code VirtualTime} and one thread. After each step, and at the end when everything has calmed down, the world checks
 * what was promised and throws a {@code Violation}. A history that fails is shortened by {@code Shrinker} and printed.
 *
 * <p>{@code mvn -Psimulate -Dseeds=100000} tries that many; {@code -Dseed=4711} tells one story step by step.
 */
package imagegen.simulation;
