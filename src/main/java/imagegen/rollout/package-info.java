/**
 * Which transport a caller gets, decided by configuration while the server runs.
 *
 * <p>{@link imagegen.rollout.RolloutFile} is a MicroProfile ConfigSource over a file that an operator edits;
 * {@link imagegen.rollout.TransportPolicy} turns {@code image-gen.transport} and {@code image-gen.rollout.*} into one
 * {@link imagegen.rollout.TransportChoice} per user. With {@code image-gen.transport=rollout} a percentage of the
 * users, and everyone named, gets Server-Sent Events: always the same ones, and raising the percentage moves nobody
 * back.
 */
package imagegen.rollout;
