package imagegen.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Finds the Chromium of this machine, wherever it came from. Fetches none, and skips nothing: without one it fails. */
final class Browsers {

    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome",
            "google-chrome-stable", "chrome", "chrome.exe", "msedge.exe");
    private static final List<String> ELSEWHERE = List.of("/usr/bin", "/snap/bin",
            "/Applications/Google Chrome.app/Contents/MacOS", "/Applications/Chromium.app/Contents/MacOS");
    /** What the program is called in Playwright's own folder, and on a Mac. */
    private static final Set<String> PROGRAMS = Set.of("chrome", "chrome.exe", "Chromium", "Google Chrome",
            "Google Chrome for Testing", "headless_shell", "headless_shell.exe", "chrome-headless-shell");
    private static final List<String> FLAGS = List.of("--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync");

    private Browsers() {
    }

    static Playwright playwright() {
        return Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    }

    static Browser launch(Playwright playwright) {
        Path program = find(System::getenv, Path.of(System.getProperty("user.home")));
        // As root Chromium refuses to start with its sandbox
        boolean sandbox = !System.getProperty("user.name").equals("root");
        return playwright.chromium().launch(new LaunchOptions().setExecutablePath(program).setChromiumSandbox(sandbox)
                .setArgs(FLAGS));
    }

    /**
     * Looks where the environment says, then among what Playwright has downloaded, then on the path.
     *
     * @throws IllegalStateException that says how to get one
     */
    static Path find(Function<String, String> environment, Path home) {
        Optional<String> named = Optional.ofNullable(environment.apply("CHROMIUM_PATH")).filter(it -> !it.isBlank());
        if (named.isPresent() && !runs(Path.of(named.get()))) {
            throw new IllegalStateException("CHROMIUM_PATH names " + named.get() + ", where no program is.");
        }
        return named.map(Path::of)
                .or(() -> downloaded(environment, home))
                .or(() -> onThePath(environment))
                .orElseThrow(() -> new IllegalStateException("The browser tests found no Chromium. Install one "
                        + "(Debian, Ubuntu: apt-get install chromium; macOS: brew install --cask chromium; anywhere: "
                        + "npx playwright install chromium) or say where it is with CHROMIUM_PATH."));
    }

    private static Optional<Path> downloaded(Function<String, String> environment, Path home) {
        return Stream.of(Optional.ofNullable(environment.apply("PLAYWRIGHT_BROWSERS_PATH")).map(Path::of),
                        Optional.of(home.resolve(".cache/ms-playwright")),
                        Optional.of(home.resolve("Library/Caches/ms-playwright")),
                        Optional.of(home.resolve("AppData/Local/ms-playwright")))
                .flatMap(Optional::stream).filter(Files::isDirectory).map(Browsers::newestIn).flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Path> newestIn(Path folder) {
        try (Stream<Path> all = Files.walk(folder, 8)) {
            return all.filter(it -> folder.relativize(it).toString().startsWith("chromium"))
                    .filter(it -> PROGRAMS.contains(it.getFileName().toString()) && runs(it))
                    .max(Comparator.comparing(it -> it.getName(folder.getNameCount()).toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> onThePath(Function<String, String> environment) {
        String path = Optional.ofNullable(environment.apply("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)).filter(it -> !it.isBlank()), ELSEWHERE.stream())
                .flatMap(folder -> Stream.concat(NAMES.stream(), PROGRAMS.stream().filter(it -> it.contains("hrom")))
                        .map(name -> Path.of(folder, name)))
                .filter(Browsers::runs).findFirst();
    }

    private static boolean runs(Path program) {
        return Files.isRegularFile(program) && Files.isExecutable(program);
    }
}
