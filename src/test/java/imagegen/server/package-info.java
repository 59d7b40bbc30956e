/**
 * The application servers that the gateway runs on, each started on loopback as an operator starts it, with what
 * {@code server-config} holds for it: for the tests, for the benchmark and for {@code mvn -Prun}.
 */
package imagegen.server;
