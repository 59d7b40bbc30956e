/** Hostile texts for whatever reads some, from a seed and without feedback. */
package imagegen.fuzz;
