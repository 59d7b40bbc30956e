/** The real WAR in the real server: for what only that can prove. */
package imagegen.it;
