/**
 * The image-gen gateway: carries image-generation updates from an image backend to browsers.
 *
 * <pre>
 *     image backend --&gt; backend --&gt; intake --&gt; log --&gt; delivery --&gt; browser
 *                                     ^                   ^
 *                                     '----- access ------'  who is there
 * </pre>
 *
 * <p>Data goes one way; {@link imagegen.log.Logs} is the meeting point. {@link imagegen.GatewayApplication} names what is
 * served over REST.
 */
package imagegen;
