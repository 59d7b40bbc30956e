/**
 * Attacks on a running server with the shipped configuration, from loopback, bounded in count and time. While each runs,
 * a well-behaved neighbour asks for pictures and gets them as fast as ever.
 */
package imagegen.attack;
