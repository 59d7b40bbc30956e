/** Delivery by polling: everybody's fallback, never switched off. */
package imagegen.delivery.polling;
