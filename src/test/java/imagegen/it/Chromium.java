package imagegen.it;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One browser for all test classes, with an empty profile for each test. What a failed test saw is left under {@code
 * target/browser}: a picture of each page, and what the pages said on their consoles.
 */
final class Chromium implements BeforeAllCallback, AfterTestExecutionCallback, AfterEachCallback {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path EVIDENCE = Path.of("target", "browser");

    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private Process process;

    /** Both are confined to the thread that runs the tests. */
    private record Process(Playwright playwright, Browser browser) implements AutoCloseable {

        static Process start() {
            PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
            Playwright playwright = Browsers.playwright();
            return new Process(playwright, Browsers.launch(playwright));
        }

        @Override
        public void close() {
            playwright.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        process = test.getRoot().getStore(Namespace.GLOBAL)
                .getOrComputeIfAbsent(Process.class, key -> Process.start(), Process.class);
    }

    /** Somebody's browser: a profile of its own, in which pages share cookies, storage and workers. */
    BrowserContext profile(NewContextOptions options) {
        BrowserContext context = process.browser.newContext(options);
        context.setDefaultTimeout(PATIENCE.toMillis());
        context.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text() + " (" + message.location() + ")");
            }
        });
        context.onWebError(error -> complaints.add(error.error()));
        contexts.add(context);
        return context;
    }

    /** The same with a small window in which nothing is animated: cheap to draw where no graphics card is. */
    BrowserContext profile() {
        return profile(new NewContextOptions().setReducedMotion(ReducedMotion.REDUCE).setViewportSize(800, 600));
    }

    List<Page> pages() {
        return contexts.stream().flatMap(it -> it.pages().stream()).toList();
    }

    /** What the pages of this test said on their consoles that is an error. */
    List<String> complaints() {
        return complaints;
    }

    @Override
    public void afterTestExecution(ExtensionContext test) {
        if (test.getExecutionException().isPresent()) {
            keepEvidence(test.getRequiredTestClass().getSimpleName() + "." + test.getRequiredTestMethod().getName());
        }
    }

    @Override
    public void afterEach(ExtensionContext test) {
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        complaints.clear();
    }

    private void keepEvidence(String name) {
        try {
            Files.createDirectories(EVIDENCE);
            Files.write(EVIDENCE.resolve(name + ".txt"), complaints);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int number = 0;
        for (Page page : pages()) {
            try {
                page.screenshot(new ScreenshotOptions().setPath(EVIDENCE.resolve(name + "." + ++number + ".png"))
                        .setTimeout(5_000));
            } catch (PlaywrightException e) {
                // It has crashed, which some tests want
            }
        }
    }
}
