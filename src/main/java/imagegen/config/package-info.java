/** The one way in which settings are read and refused. */
package imagegen.config;
