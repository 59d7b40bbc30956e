/**
 * Brings the backend's updates into the users' logs.
 *
 * <p>{@link imagegen.intake.Intake} hears from {@link imagegen.access.Attendance} who is there and keeps a feed for
 * each of them ({@code UserFeed}), or one for all ({@code SharedFeed}). A feed has a {@code Line} to the backend: the event
 * stream while it can be had, polling while it can't ({@code LineState} draws it). What a stream did not tell, a
 * {@code Reconciler} asks for. All messages pass one {@code Inbox}, which skips what can't be used and says so.
 */
package imagegen.intake;
