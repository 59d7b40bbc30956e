/**
 * What stands before everything else: no request body is ever waited for by a thread, and none is read that nobody asked
 * for.
 */
package imagegen.guard;
