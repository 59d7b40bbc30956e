/** How much of anything one party may have. */
package imagegen.limit;
