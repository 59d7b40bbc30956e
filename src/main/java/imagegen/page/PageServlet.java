package imagegen.page;

import imagegen.problem.Problem;
import imagegen.problem.ProblemType;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The page's files, from memory: there are ten of them. Servers have a servlet for that, but theirs waits for whoever
 * reads slowly, on a thread that serves everybody, and sends everything as large as it is.
 */
@WebServlet(urlPatterns = "/", asyncSupported = true, loadOnStartup = 1)
public class PageServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final String ALLOWED = "GET, HEAD, OPTIONS";

    @Inject
    private transient Transfers transfers;

    private transient Map<String, PageFile> files = Map.of();

    @Override
    public void init() throws ServletException {
        Map<String, PageFile> found = new HashMap<>();
        try {
            collect("/", found);
        } catch (IOException e) {
            throw new ServletException("the page can't be read", e);
        }
        if (found.containsKey("/index.html")) {
            found.put("/", found.get("/index.html"));
        }
        files = Map.copyOf(found);
    }

    private void collect(String folder, Map<String, PageFile> found) throws IOException {
        ServletContext war = getServletContext();
        Set<String> paths = war.getResourcePaths(folder);
        for (String path : paths == null ? Set.<String>of() : paths) {
            if (path.startsWith("/WEB-INF/") || path.startsWith("/META-INF/")) {
                continue;
            }
            if (path.endsWith("/")) {
                collect(path, found);
            } else {
                try (var in = war.getResourceAsStream(path)) {
                    found.put(path, PageFile.of(path, in.readAllBytes()));
                }
            }
        }
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        PageFile file = files.get(request.getServletPath().isEmpty() ? "/" : request.getServletPath());
        if (file == null || request.getPathInfo() != null) {
            Problem.of(ProblemType.NOT_FOUND).write(response);
            return;
        }
        switch (request.getMethod()) {
            case "GET", "HEAD" -> answer(file, request, response);
            case "OPTIONS" -> {
                response.setHeader("Allow", ALLOWED);
                response.setStatus(HttpServletResponse.SC_NO_CONTENT);
            }
            default -> Problem.of(ProblemType.METHOD_NOT_ALLOWED).withHeader("Allow", ALLOWED).write(response);
        }
    }

    private void answer(PageFile file, HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean compressed = file.goesCompressed(request.getHeader("Accept-Encoding"));
        String tag = file.tag(compressed);
        response.setHeader("ETag", tag);
        response.setHeader("Cache-Control", file.cacheControl());
        if (file.gzip().isPresent()) {
            response.setHeader("Vary", "Accept-Encoding");
        }
        if (PageFile.matches(request.getHeader("If-None-Match"), tag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        byte[] body = file.body(compressed);
        response.setContentType(file.mediaType());
        response.setContentLength(body.length);
        if (compressed) {
            response.setHeader("Content-Encoding", "gzip");
        }
        if (request.getMethod().equals("GET")) {
            transfers.send(body, request);
        }
    }
}
