/**
 * {@code mvn -Pbench}: what it costs to carry an update to a client, by each way there is, on the same work in one run.
 *
 * <p>Everything is on loopback: a {@link imagegen.bench.Backend} that sends numbered, time-stamped updates on one
 * shared stream, the WAR on Payara Micro in a process of its own, and a {@link imagegen.bench.Load} that holds the
 * clients. The two ways of the container itself live in {@code container}; they are put into a copy of the WAR and read
 * the same logs. {@link imagegen.bench.Benchmark} drives it all and prints a Markdown table.
 */
package imagegen.bench;
