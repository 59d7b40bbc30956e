package imagegen.it;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByLabelOptions;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.function.BooleanSupplier;

/** One tab with the page in it, in the words of a person in front of it. All that waits gives up in the end. */
final class Studio {

    private final Page page;

    private Studio(Page page) {
        this.page = page;
    }

    static Studio open(BrowserContext profile, URI address) {
        Page page = profile.newPage();
        page.navigate(address.toString());
        return new Studio(page);
    }

    Page page() {
        return page;
    }

    Studio signIn(String user) {
        page.getByLabel("Name").fill(user);
        page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
        return this;
    }

    Studio signOut() {
        page.getByRole(AriaRole.BUTTON, new GetByRoleOptions().setName("Account: ")).click();
        page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
        assertThat(page.getByLabel("Name")).isVisible();
        return this;
    }

    Studio ask(String prompt) {
        page.getByLabel("Prompt", new GetByLabelOptions().setExact(true)).fill(prompt);
        page.getByRole(AriaRole.BUTTON, named("Generate")).click();
        return this;
    }

    /** The strip of what was asked for in these words. */
    Locator strip(String prompt) {
        return page.locator("li[data-status]").filter(new FilterOptions()
                .setHas(page.getByText(prompt, new Page.GetByTextOptions().setExact(true))));
    }

    /** It is being made, and has come some way. */
    Studio sawProgress(String prompt) {
        assertThat(strip(prompt).locator("[role=progressbar]:not([aria-valuenow='0'])")).isVisible();
        return this;
    }

    Studio stillWaitsFor(String prompt) {
        assertThat(strip(prompt).getByRole(AriaRole.PROGRESSBAR)).isVisible();
        return this;
    }

    /** The picture is there, loaded and visible, in the place that was held for it. */
    Studio sawImage(String prompt) {
        assertThat(strip(prompt).locator("figure[data-loaded=true] img").first()).isVisible();
        assertThat(strip(prompt)).hasAttribute("data-status", "done");
        return this;
    }

    Studio sawError(String prompt, String words) {
        assertThat(strip(prompt).getByText(words)).isVisible();
        assertThat(strip(prompt)).hasAttribute("data-status", "error");
        return this;
    }

    Studio cancel(String prompt) {
        strip(prompt).getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cancel: ")).click();
        assertThat(strip(prompt)).hasAttribute("data-status", "cancelled");
        return this;
    }

    String requestOf(String prompt) {
        page.waitForCondition(() -> strip(prompt).getAttribute("data-request-id") != null);
        return strip(prompt).getAttribute("data-request-id");
    }

    Locator indicator() {
        return page.locator("button[data-state]");
    }

    /** @param state the connection's, as in the picture on top of machine.ts */
    Studio is(String state) {
        assertThat(indicator()).hasAttribute("data-state", state);
        return this;
    }

    Studio isLive(String transport) {
        assertThat(page.locator("button[data-state=open][data-transport=" + transport + "]")).isVisible();
        return this;
    }

    Studio openPanel() {
        indicator().click();
        assertThat(page.getByRole(AriaRole.COMPLEMENTARY, named("Connection"))).isVisible();
        return this;
    }

    /** A line of the open panel. */
    Locator fact(String name) {
        return page.locator("[data-fact=" + name + "]");
    }

    /** The browser finds that the network is there again. */
    Studio online() {
        page.evaluate("dispatchEvent(new Event('online'))");
        return this;
    }

    /** Waits for what happens elsewhere, while the page lives on. */
    Studio when(BooleanSupplier happened) {
        page.waitForCondition(happened);
        return this;
    }

    static GetByRoleOptions named(String name) {
        return new GetByRoleOptions().setName(name).setExact(true);
    }
}
