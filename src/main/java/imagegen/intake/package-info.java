/**
 * Brings the backend's updates into the users' logs.
 *
 * <p>{@link imagegen.intake.Intake} hears from {@link imagegen.access.Attendance} who is there and keeps a
 * {@code Presence} for each of them. A presence has a {@code BackendSubscription}, to the backend's event stream while it
 * can be had ({@code SubscriptionState} draws it), or there is one {@code SharedStream} for all. What a stream did not
 * tell, a {@code StatusChecker} asks for. All messages pass one {@code Inbox}, which skips what can't be used and says so.
 */
package imagegen.intake;
