/** The words of the gateway, and the JSON codec that alone knows how they are spelled on the wire. */
package imagegen.update;
