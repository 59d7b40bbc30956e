/** Delivery over WebSocket, the transport that the migration began from: the same messages, the same cursors. */
package imagegen.delivery.websocket;
