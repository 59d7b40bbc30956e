/** What the page's static files are served with. */
package imagegen.page;
