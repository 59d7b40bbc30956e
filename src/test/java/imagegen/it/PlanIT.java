package imagegen.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.RequestOptions;
import java.net.URL;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.Filters;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The migration plan's sections 7 and 8, case by case, as somebody in front of the page sees them, and what the server
 * holds open meanwhile. Between browser and server is a line that the test cuts.
 */
@ArquillianTest
@RunAsClient
class PlanIT {

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final String EVENTS = "/api/image-gen/events";
    /** Takes some seconds, so that something can happen meanwhile. */
    private static final String SLOW = "a slow boat";
    private static final String NO_EVENT_SOURCE = "delete self.EventSource;";
    /** A browser that can't read an answer while it comes, either. */
    private static final String NO_STREAMS = NO_EVENT_SOURCE
            + "Object.defineProperty(Response.prototype, 'body', { get: () => null });";
    private static final String WITHOUT_EVENT_SOURCE = "assets/without-event-source.js";

    @ArquillianResource
    private URL deployed;
    private Gateway gateway;
    private CuttableProxy line;
    private BrowserContext profile;
    private String user;

    @Deployment(testable = false)
    static WebArchive war() {
        WebArchive war = GatewayWar.named("plan")
                .drawing(Duration.ofMillis(300), Duration.ofSeconds(6))
                .with("image-gen.embedded.workers", 4)
                .with("image-gen.intake.linger", "PT1S")
                .with("image-gen.heartbeat", "PT1S")
                .with("image-gen.retry", "PT0.5S")
                .with("image-gen.rollout.move-over", "PT0.2S")
                .archive();
        // The page's worker as in a browser that has no EventSource
        String worker = war.getContent(Filters.include("/assets/worker-.*\\.js")).keySet().iterator().next().get();
        return war.addAsWebResource(new StringAsset(NO_STREAMS), "assets/no-event-source.js")
                .addAsWebResource(new StringAsset("import './no-event-source.js'\nimport '."
                        + worker.replace("/assets", "") + "'\n"), WITHOUT_EVENT_SOURCE);
    }

    @BeforeEach
    void connect(TestInfo test) {
        Flag.says("sse");
        gateway = new Gateway(deployed);
        line = CuttableProxy.to(gateway.at(""));
        profile = CHROMIUM.profile();
        user = test.getTestMethod().orElseThrow().getName();
        Eventually.holds(() -> gateway.transport(token()).equals("sse"));
        Eventually.holds(() -> gateway.openStreams("sse") == 0);
    }

    @AfterEach
    void hangUp() {
        line.close();
    }

    @AfterAll
    static void forget() {
        Flag.saysNothing();
    }

    private String token() {
        return gateway.devToken(user, Duration.ofMinutes(10));
    }

    /** A tab in which this test's user is signed in and gets updates. */
    private Studio live() {
        return Studio.open(profile, line.uri()).signIn(user).isLive("sse");
    }

    /** Another tab of the same browser. */
    private Studio another() {
        return Studio.open(profile, line.uri()).isLive("sse");
    }

    private boolean ended(String request) {
        return gateway.get("api/image-gen/requests/" + request, token()).body().contains("\"OK\"");
    }

    /** As in a browser without shared workers: the tabs agree on one of them. */
    private void withoutWorkers() {
        profile.addInitScript("delete window.SharedWorker");
    }

    // 7.1 Connection establishment

    @Test
    void aConnectionIsMadeWithThePageAndSaysWhoIsThere() {
        live();
        assertEquals(1, gateway.openStreams("sse"));
        List<String> requests = line.requests(EVENTS);
        assertEquals(1, requests.size(), requests::toString);
        String head = requests.getFirst();
        assertTrue(head.contains("Cookie: image-gen-session="), "by the cookie");
        assertFalse(head.lines().findFirst().orElseThrow().contains("eyJ"), "and not by a token in the address");
    }

    @Test
    void theStateOfTheConnectionIsShown() {
        Studio studio = live().openPanel();
        assertThat(studio.fact("transport")).hasText("Server-Sent Events");
        assertThat(studio.fact("sharing")).containsText("in a worker");
        line.refuse();
        studio.is("waiting");
        assertThat(studio.indicator()).containsText("Reconnecting");
        line.flow();
        studio.isLive("sse");
    }

    // 7.2 Event reception

    @Test
    void aPromptBecomesAPlaceholderWithProgressAndThenAnImage() {
        Studio studio = live().ask(SLOW);
        studio.sawProgress(SLOW).sawImage(SLOW);
        Locator small = studio.strip(SLOW).locator("img");
        assertThat(small).hasJSProperty("naturalWidth", 384);
        small.click();
        studio.page().waitForFunction(
                "() => [...document.querySelectorAll('dialog img')].some(image => image.naturalWidth === 1024)");
        assertEquals(List.of(), line.requests("/api/image-gen/updates"), "nothing was polled");
    }

    @Test
    void anErrorIsSaidInWords() {
        live().ask("bound to fail").sawError("bound to fail", "Invalid status code: 422");
    }

    // 7.3 Multiple subscriptions

    @Test
    void severalRequestsAtOnceEachGetWhatIsTheirs() {
        Studio studio = live();
        List<String> prompts = List.of("a lake", "a fox", "bound to fail", "a harbour");
        prompts.forEach(studio::ask);
        studio.sawImage("a lake").sawImage("a fox").sawImage("a harbour").sawError("bound to fail", "422");
        assertEquals(4, new HashSet<>(prompts.stream().map(studio::requestOf).toList()).size());
        assertEquals(1, gateway.openStreams("sse"), "over one connection");
    }

    @Test
    void aSubscriptionToOneRequestHearsOfNoOther() {
        Studio studio = live().ask("a lake").ask("a fox").sawImage("a lake").sawImage("a fox");
        String fox = studio.requestOf("a fox");
        Object heard = studio.page().evaluate("""
                id => new Promise(done => {
                  const heard = []
                  const source = new EventSource(`api/image-gen/events?request_id=${id}`)
                  source.onmessage = ({ data }) => heard.push(JSON.parse(data).request_id)
                  source.addEventListener('heartbeat', ({ data }) => {
                    // The first one comes before everything else, and says how often there will be one
                    if (!('interval' in JSON.parse(data))) { source.close(); done(heard) }
                  })
                })""", fox);
        assertEquals(List.of(fox), heard);
    }

    // 7.4 Reconnection

    @Test
    void aDroppedConnectionComesBackAndTheImageArrives() {
        Studio studio = live().openPanel().ask(SLOW).sawProgress(SLOW);
        line.cut();
        studio.isLive("sse").stillWaitsFor(SLOW).sawImage(SLOW);
        assertThat(studio.fact("reconnects")).not().hasText("0");
        assertEquals(1, gateway.openStreams("sse"));
    }

    @Test
    void whatHappenedWhileNobodyCouldHearArrivesOnce() {
        Studio studio = live().openPanel().ask(SLOW).ask("a slow failure").sawProgress(SLOW)
                .sawProgress("a slow failure");
        String request = studio.requestOf(SLOW);
        line.refuse();
        studio.when(() -> ended(request)).stillWaitsFor(SLOW);
        line.flow();
        studio.online().isLive("sse").sawImage(SLOW).sawError("a slow failure", "422");
        String resumed = line.requests(EVENTS).getLast().lines().findFirst().orElseThrow();
        assertTrue(resumed.contains("after="), () -> "it went on from its cursor: " + resumed);
        assertThat(studio.fact("updates")).containsText("repeats dropped 0");
    }

    // 7.5 Fallback to polling

    @Test
    void whereNoStreamCanBeHadThePagePollsAndGoesBackToItsStream() {
        line.block(EVENTS);
        Studio studio = Studio.open(profile, line.uri()).signIn(user).is("polling");
        studio.ask("a lake").sawImage("a lake");
        assertEquals(0, gateway.openStreams("sse"));
        line.flow();
        studio.online().isLive("sse").ask("a fox").sawImage("a fox");
        assertEquals(1, gateway.openStreams("sse"));
    }

    @Test
    void whenTheStreamFailsWhileAnImageIsMadePollingBringsIt() {
        Studio studio = live().ask(SLOW).sawProgress(SLOW);
        line.block(EVENTS).cut();
        studio.is("polling").stillWaitsFor(SLOW).sawImage(SLOW);
        assertEquals(0, gateway.openStreams("sse"));
    }

    // 7.6 Cleanup

    @Test
    void leavingThePageClosesTheConnection() {
        Studio studio = live();
        studio.page().navigate("about:blank");
        studio.when(() -> gateway.openStreams("sse") == 0);
        studio.page().goBack();
        studio.isLive("sse").page().close();
        Eventually.holds(() -> gateway.openStreams("sse") == 0);
    }

    @Test
    void comingAndGoingLeavesNoConnectionBehind() {
        Studio studio = live();
        for (int times = 0; times < 3; times++) {
            studio.signOut().when(() -> gateway.openStreams("sse") == 0);
            studio.signIn(user).isLive("sse");
        }
        assertEquals(1, gateway.openStreams("sse"));
    }

    // 8. A browser without EventSource

    @Test
    void aWorkerWithoutEventSourceDegradesToPolling() {
        profile.addInitScript("""
                delete window.EventSource
                const Real = window.SharedWorker
                window.SharedWorker = class extends Real {
                  constructor(url, options) {
                    super(new URL('../%s', url), options)
                  }
                }""".formatted(WITHOUT_EVENT_SOURCE));
        Studio studio = Studio.open(profile, line.uri()).signIn(user).is("polling");
        assertThat(studio.openPanel().fact("sharing")).containsText("in a worker");
        studio.ask("a lake").sawImage("a lake");
    }

    @Test
    void aPageWithoutEventSourceReadsTheStreamByFetch() {
        withoutWorkers();
        profile.addInitScript(NO_EVENT_SOURCE);
        Studio.open(profile, line.uri()).signIn(user).isLive("sse").ask("a lake").sawImage("a lake");
    }

    @Test
    void aPageThatCanReadNoStreamDegradesToPolling() {
        withoutWorkers();
        profile.addInitScript(NO_STREAMS);
        Studio studio = Studio.open(profile, line.uri()).signIn(user).is("polling");
        studio.ask("a lake").sawImage("a lake").openPanel();
        assertThat(studio.page().getByText("This browser can not do that.")).isVisible();
    }

    // 8. Network time-out, and no network at all

    @Test
    void aMuteLineIsGivenUpAndTriedAgainLessAndLessOften() {
        Studio studio = live().openPanel().ask(SLOW).sawProgress(SLOW);
        line.stall().cut();
        int before = line.accepted();
        studio.is("waiting");
        assertThat(studio.page().getByText(Pattern.compile("cannot be reached|went silent"))).isVisible();
        assertThat(studio.fact("next-try")).containsText("in ");
        assertTrue(line.accepted() - before < 10, () -> line.accepted() - before + " tries");
        line.flow();
        studio.online().isLive("sse").sawImage(SLOW);
    }

    @Test
    void offlineAndBackTheImageArrives() {
        Studio studio = live().ask(SLOW).sawProgress(SLOW);
        String request = studio.requestOf(SLOW);
        profile.setOffline(true);
        line.refuse();
        studio.is("waiting").when(() -> ended(request)).stillWaitsFor(SLOW);
        line.flow();
        profile.setOffline(false);
        studio.isLive("sse").sawImage(SLOW);
    }

    // 8. Invalid event data

    @Test
    void anEventThatMakesNoSenseIsLoggedAndTheRestArrives() {
        withoutWorkers();
        String nonsense = "event: message\ndata: {\"request_id\": nonsense\n\nevent: message\ndata: 42\n\n";
        profile.route("**" + EVENTS + "*", route -> route.fulfill(
                new FulfillOptions().setContentType("text/event-stream").setBody(nonsense)));
        Studio studio = Studio.open(profile, line.uri()).signIn(user).openPanel();
        assertThat(studio.fact("updates")).not().containsText("invalid 0");
        profile.unroute("**" + EVENTS + "*");
        studio.isLive("sse").ask("a lake").sawImage("a lake");
        assertTrue(CHROMIUM.complaints().stream().anyMatch(it -> it.contains("image-gen: skipped")),
                () -> CHROMIUM.complaints().toString());
    }

    // 8. Authentication expires

    @Test
    void whenTheSessionEndsTheStreamClosesAndSigningInAgainBringsTheImage() {
        String shortLived = gateway.devToken(user, Duration.ofSeconds(5));
        profile.request().post(line.uri().resolve("api/image-gen/session").toString(),
                RequestOptions.create().setHeader("Authorization", "Bearer " + shortLived));
        profile.route("**/api/embedded/token", route -> route.fulfill(new FulfillOptions().setStatus(404)));
        Studio studio = another().ask(SLOW).sawProgress(SLOW).is("expired");
        assertThat(studio.page().getByText("Your session has ended.")).isVisible();
        studio.when(() -> gateway.openStreams("sse") == 0);
        profile.unroute("**/api/embedded/token");
        // Unless the page has found by itself that there are tokens again: then there is nothing to be pressed
        studio.page().evaluate("""
                () => [...document.querySelectorAll('button')].find(it => it.textContent === 'Continue')?.click()""");
        studio.isLive("sse").sawImage(SLOW);
    }

    // The flag

    @Test
    void theFlagMovesAnOpenPageToTheWebSocketAndBackWhileAnImageIsMade() {
        Studio studio = live().ask(SLOW).sawProgress(SLOW);
        Flag.says("websocket");
        studio.isLive("websocket").stillWaitsFor(SLOW).sawImage(SLOW);
        assertEquals(1, gateway.openStreams("websocket"));
        studio.ask("a slow swan").sawProgress("a slow swan");
        Flag.says("sse");
        studio.isLive("sse").stillWaitsFor("a slow swan").sawImage("a slow swan");
        studio.when(() -> gateway.openStreams("websocket") == 0);
        Flag.says("polling");
        studio.is("polling").ask("a lake").sawImage("a lake");
    }

    // Tabs

    @Test
    void twentyTabsShareOneConnection() {
        Studio first = live();
        List<Studio> others = IntStream.range(1, 20).mapToObj(it -> another()).toList();
        assertEquals(1, gateway.openStreams("sse"));
        first.ask("a lake").requestOf("a lake");
        first.page().close();
        others.forEach(tab -> tab.sawImage("a lake"));
        others.getLast().ask("a fox").sawImage("a fox");
        assertEquals(1, gateway.openStreams("sse"));
    }

    @Test
    void whenTheLeadingTabClosesAnotherOneHoldsTheConnection() {
        withoutWorkers();
        Studio leader = live();
        Studio follower = another();
        another();
        assertThat(follower.openPanel().fact("sharing")).containsText("in one of them");
        assertEquals(1, gateway.openStreams("sse"));
        follower.ask(SLOW).sawProgress(SLOW);
        leader.page().close();
        follower.sawImage(SLOW).isLive("sse").when(() -> gateway.openStreams("sse") == 1);
    }

    @Test
    void whenTheLeadingTabCrashesAnotherOneHoldsTheConnection() {
        withoutWorkers();
        Studio leader = live();
        Studio follower = another().ask(SLOW).sawProgress(SLOW);
        crash(leader.page());
        follower.sawImage(SLOW).isLive("sse").when(() -> gateway.openStreams("sse") == 1);
    }

    @Test
    void whenTheTabCrashesThatHadTheWorkerInItAnotherOneIsStarted() {
        Studio first = live();
        Studio other = another().ask(SLOW).sawProgress(SLOW);
        crash(first.page());
        other.sawImage(SLOW).isLive("sse").when(() -> gateway.openStreams("sse") == 1);
    }

    private static void crash(Page page) {
        page.waitForCondition(() -> {
            try {
                page.navigate("chrome://crash", new Page.NavigateOptions().setTimeout(1_000));
                return false;
            } catch (PlaywrightException crashed) {
                return true;
            }
        });
    }
}
