/** The page's static files: from memory, compressed, and never at the cost of a thread. */
package imagegen.page;
