/** Delivery over Server-Sent Events (WHATWG HTML, "Server-sent events"). */
package imagegen.delivery.sse;
