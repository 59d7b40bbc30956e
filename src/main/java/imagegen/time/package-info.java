/** The one clock of the gateway: what the calendar says, and what has really gone by. */
package imagegen.time;
