/**
 * The embedded image backend: the backend's contract, served under {@code /v1/image-gen} from inside the WAR, really
 * drawing; and the dev identity that signs tokens for it.
 *
 * <p>Both are there only while {@code image-gen.backend.url} is {@code embedded}; otherwise every path of theirs is a
 * 404 and no thread, key or file of theirs exists. It stands in for a foreign backend, so all that it shares with the
 * gateway is the words of {@code imagegen.update} and the toolkit of {@code imagegen.sse}, sent with and never read: it
 * keeps its own feed, checks its callers' tokens itself and answers errors in its own way.
 */
package imagegen.embedded;
