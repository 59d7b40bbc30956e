/**
 * The container's own ways to send events, for comparison. They are never part of the product: the benchmark puts them
 * into a copy of the WAR, where they read the same logs as the product's own.
 */
package imagegen.bench.container;
