/** The proxies of the operating guide, as processes with the very configuration that stands there, before a gateway. */
package imagegen.proxy;
