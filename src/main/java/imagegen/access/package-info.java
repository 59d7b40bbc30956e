/**
 * Who is calling, how long their token lasts, and who is there right now.
 *
 * <p>{@link imagegen.access.TokenMechanism} logs callers in by the token of the header or of the session cookie, which
 * {@link imagegen.access.TokenVerifier} checks; {@link imagegen.access.CurrentCaller} is the result.
 * {@link imagegen.access.Attendance} counts open streams, keeps their limits, carries a renewed token to the streams of
 * its session, and tells its observers who came and who left: so the side that fetches and the side that delivers need
 * not know each other.
 */
package imagegen.access;
