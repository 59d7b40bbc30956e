/** What the gateway tells whoever decides where callers are sent (MicroProfile Health). */
package imagegen.health;
