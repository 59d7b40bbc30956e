/**
 * What a caller is told when something can't be done: problem documents of RFC 9457, one stable type per case.
 *
 * <p>Throw a {@link imagegen.problem.ProblemException} from a resource; {@link imagegen.problem.ProblemMapper} answers
 * with its document. Outside JAX-RS (a filter, an authentication mechanism) a {@link imagegen.problem.Problem} writes
 * itself on the servlet response, and {@link imagegen.problem.ProblemServlet} is the error page for all the rest.
 * A caller sees a type, a status and a sentence; what went wrong inside is logged under the id that they are shown.
 */
package imagegen.problem;
