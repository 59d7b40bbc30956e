/**
 * What is measured, per transport, so that Server-Sent Events, WebSocket and polling can be compared while both run.
 *
 * <p>One {@link imagegen.telemetry.Telemetry} per application; whoever measures takes a meter from it once and keeps
 * it. The figures are served in Prometheus and OpenMetrics format by {@link imagegen.telemetry.MetricsResource}. The
 * registry lives inside the WAR, because the servers' own metrics differ from server to server.
 */
package imagegen.telemetry;
