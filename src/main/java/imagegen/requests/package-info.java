/** Callers' requests over HTTP: submit, look, cancel. */
package imagegen.requests;
