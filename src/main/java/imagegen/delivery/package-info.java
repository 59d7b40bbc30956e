/**
 * Hands a user's log to a caller. One loop, three transports:
 *
 * <pre>
 *     log.Reader --next--&gt; Subscription --send--&gt; Outlet       EventStreamOutlet  (delivery.sse)
 *                          one loop, one place                 WebSocketOutlet    (delivery.websocket)
 *     log append --wake--&gt; signal() &lt;--ready-- Outlet          a poll reads once  (delivery.polling)
 * </pre>
 *
 * <p>A {@link imagegen.delivery.Subscription} moves updates from its reader to its outlet whenever there are some and
 * the outlet can take them, on whichever thread said so. {@link imagegen.delivery.Deliveries} opens subscriptions and
 * looks after them: heartbeats, stalled readers, the end of a token, a change of transport, the end of the server.
 */
package imagegen.delivery;
