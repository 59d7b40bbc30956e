package imagegen.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page as the WAR serves it, under its Content-Security-Policy: what axe says of it, how it fits, that nothing
 * jumps, and that hands on a keyboard are enough. No test may leave an error on the console.
 */
@ArquillianTest
@RunAsClient
class PageIT {

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final Path AXE = Path.of("src/main/webui/node_modules/axe-core/axe.min.js");
    private static final String WATCH = """
            window.watched = { shifts: 0, violations: [] }
            document.addEventListener('securitypolicyviolation', event =>
              window.watched.violations.push(event.violatedDirective + ' ' + event.blockedURI))
            new PerformanceObserver(list => {
              for (const { value, hadRecentInput } of list.getEntries())
                if (!hadRecentInput) window.watched.shifts += value
            }).observe({ type: 'layout-shift', buffered: true })""";

    @ArquillianResource
    private URL deployed;
    private URI address;

    @Deployment(testable = false)
    static WebArchive war() {
        return GatewayWar.named("page")
                .drawing(Duration.ofMillis(300), Duration.ofMinutes(1))
                .archive();
    }

    @BeforeEach
    void connect() {
        Flag.says("sse");
        address = new Gateway(deployed).at("");
    }

    @AfterEach
    void nobodyComplained() {
        assertEquals(List.of(), CHROMIUM.complaints());
        for (Page page : CHROMIUM.pages()) {
            assertEquals(List.of(), page.evaluate("watched.violations"));
        }
    }

    @AfterAll
    static void forget() {
        Flag.saysNothing();
    }

    private static BrowserContext window(ColorScheme scheme, int width) {
        BrowserContext profile = CHROMIUM.profile(new NewContextOptions().setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE).setViewportSize(width, 800));
        profile.addInitScript(WATCH);
        return profile;
    }

    private Studio live(BrowserContext profile) {
        return Studio.open(profile, address).signIn("ada").isLive("sse");
    }

    // What axe says, and how it fits

    @ParameterizedTest
    @CsvSource({"LIGHT, 360", "DARK, 360", "LIGHT, 1280", "DARK, 1280", "DARK, 2560"})
    void axeObjectsToNothingAndNothingHangsOverTheEdge(ColorScheme scheme, int width) throws IOException {
        Studio studio = Studio.open(window(scheme, width), address);
        assertThat(studio.page().getByLabel("Name")).isVisible();
        isInOrder(studio, "signed out");
        isInOrder(studio.signIn("ada").isLive("sse"), "with nothing");
        studio.ask("a lake").sawImage("a lake").ask("bound to fail").sawError("bound to fail", "422");
        isInOrder(studio.ask("a slow boat").sawProgress("a slow boat"), "with a result, an error and a promise");
        studio.openPanel();
        isInOrder(studio, "with the panel open");
        studio.page().keyboard().press("Escape");
        studio.strip("a lake").getByRole(AriaRole.BUTTON, open("a lake")).click();
        assertThat(studio.page().getByRole(AriaRole.DIALOG)).isVisible();
        isInOrder(studio, "with an image open");
        studio.page().keyboard().press("Escape");
        studio.cancel("a slow boat");
        isInOrder(studio, "with something cancelled");
    }

    private static void isInOrder(Studio studio, String when) throws IOException {
        // By the debugger, which the policy of the page does not bind
        studio.page().evaluate(Files.readString(AXE));
        Object violations = studio.page().evaluate("""
                async () => (await axe.run()).violations
                  .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))""");
        assertEquals(List.of(), violations, when);
        assertEquals(0, studio.page().evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"), when);
    }

    @Test
    void onAPhoneEverythingIsWithinReachOfAThumb() {
        Studio studio = live(window(ColorScheme.LIGHT, 360)).ask("a lake").sawImage("a lake");
        Object small = studio.page().evaluate("""
                [...document.querySelectorAll('button, a, input, textarea, label')]
                  .map(it => ({ name: it.ariaLabel ?? it.textContent, box: it.getBoundingClientRect() }))
                  .filter(({ box }) => box.top >= 0 && box.width > 1 && (box.right > 360 || box.left < 0
                    || Math.max(box.width, box.height) < 24 || Math.min(box.width, box.height) < 16))
                  .map(({ name, box }) => `${name}: ${box.width}x${box.height} at ${box.left}`)""");
        assertEquals(List.of(), small);
    }

    @Test
    void theDarkPageIsLaidOutAsTheLightOne() {
        Studio studio = live(window(ColorScheme.LIGHT, 1280)).ask("a lake").sawImage("a lake");
        String boxes = """
                [...document.querySelectorAll('body *')].filter(it => !it.closest('svg, time'))
                  .map(it => [it.tagName, ...Object.values(it.getBoundingClientRect().toJSON())].join(' '))
                """;
        String colour = "getComputedStyle(document.documentElement).backgroundColor";
        Object light = studio.page().evaluate(boxes);
        Object day = studio.page().evaluate(colour);
        studio.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        studio.page().waitForFunction("day => " + colour + " !== day", day);
        assertEquals(light, studio.page().evaluate(boxes));
    }

    // Nothing jumps

    @Test
    void nothingMovesWhenAnImageArrives() {
        Studio studio = live(window(ColorScheme.LIGHT, 1280)).ask("a lake");
        Locator place = studio.strip("a lake").getByRole(AriaRole.FIGURE);
        assertThat(place).isVisible();
        double top = place.boundingBox().y;
        double height = place.boundingBox().height;
        studio.page().evaluate("watched.shifts = 0");
        studio.sawImage("a lake");
        assertEquals(0.0, ((Number) studio.page().evaluate("watched.shifts")).doubleValue(), 0.001);
        assertEquals(top, place.boundingBox().y, 0.5);
        assertEquals(height, place.boundingBox().height, 0.5);
    }

    // By keyboard alone

    @Test
    void aKeyboardIsEnough() {
        Studio studio = Studio.open(window(ColorScheme.LIGHT, 1280), address);
        Page page = studio.page();
        assertThat(page.getByLabel("Name")).isFocused();
        page.keyboard().type("ada");
        page.keyboard().press("Enter");
        studio.isLive("sse");
        tabTo(page, "Prompt");
        page.keyboard().type("a lake");
        page.keyboard().press("Enter");
        studio.sawImage("a lake");
        tabTo(page, "Open image: a lake");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        assertThat(studio.strip("a lake").getByRole(AriaRole.BUTTON, open("a lake"))).isFocused();
        tabTo(page, "Remove: a lake");
        page.keyboard().press("Enter");
        assertThat(studio.strip("a lake")).hasCount(0);
        tabTo(page, "Connection:");
        page.keyboard().press("Enter");
        assertThat(page.getByRole(AriaRole.COMPLEMENTARY, Studio.named("Connection"))).isVisible();
        page.keyboard().press("Escape");
        assertThat(studio.indicator()).isFocused();
    }

    /** Presses Tab until something of that name has the focus, as often as there may be things to pass. */
    private static void tabTo(Page page, String name) {
        String focused = "";
        for (int presses = 0; presses < 80 && !focused.startsWith(name); presses++) {
            page.keyboard().press("Tab");
            focused = (String) page.evaluate("""
                    document.activeElement.ariaLabel ?? document.activeElement.labels?.[0]?.textContent ?? ''""");
        }
        assertTrue(focused.startsWith(name), () -> "nothing by that name can be reached: " + name);
    }

    // What stays

    @Test
    void theHistorySurvivesAReloadAndAnImageInTheMakingStillArrives() {
        Studio studio = live(window(ColorScheme.LIGHT, 1280)).ask("a lake").sawImage("a lake").ask("a fox");
        studio.requestOf("a fox");
        studio.page().reload();
        studio.isLive("sse").sawImage("a lake").sawImage("a fox");
    }

    @Test
    void anotherPersonAtTheSameBrowserSeesNothingOfIt() {
        Studio studio = live(window(ColorScheme.LIGHT, 1280)).ask("a lake").sawImage("a lake").signOut();
        studio.signIn("grace").isLive("sse");
        assertThat(studio.strip("a lake")).hasCount(0);
        // What is kept is kept for as long as its person is signed in
        studio.signOut().signIn("ada").isLive("sse");
        assertThat(studio.strip("a lake")).hasCount(0);
    }

    private static Locator.GetByRoleOptions open(String prompt) {
        return new Locator.GetByRoleOptions().setName("Open image: " + prompt).setExact(true);
    }
}
