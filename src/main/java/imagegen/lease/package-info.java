/**
 * Lets one node at a time do what all could do: hold a stream of the backend's.
 *
 * <p>Where nodes share a Redis, a node has one sign of life there, which ends a few seconds after the node, and any
 * number of {@linkplain imagegen.lease.Lease leases}, each held by a node that lives. While Redis can't be asked, each
 * node does everything itself.
 */
package imagegen.lease;
