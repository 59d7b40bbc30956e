package imagegen.embedded;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** Puts the backend's parts together when the first request for it comes, and takes them down with the application. */
@ApplicationScoped
class EmbeddedBackend {

    private static final String IMAGES_URL = "image-gen.embedded.images-url";

    @Resource
    private ManagedExecutorService executor;

    @Resource
    private ManagedScheduledExecutorService scheduler;

    @Inject
    private ServletContext servlet;

    private Gallery gallery;
    private Jobs jobs;
    private EventStreams streams;

    @PostConstruct
    void open() {
        var clock = Clock.systemUTC();
        var settings = Settings.of(ConfigProvider.getConfig());
        var feed = new Feed();
        String images = images(ConfigProvider.getConfig().getOptionalValue(IMAGES_URL, String.class));
        gallery = new Gallery(settings.imageBytes(), settings.keep(), clock);
        jobs = new Jobs(settings, executor, clock, feed, gallery, images::concat);
        streams = new EventStreams(feed, settings, clock, scheduler);
    }

    /** Where the browsers of other gateways find them too, or else those of this one. */
    private String images(Optional<String> url) {
        return url.map(it -> it.replaceFirst("/$", "")).orElse(servlet.getContextPath()) + "/v1/image-gen/images/";
    }

    @PreDestroy
    void close() {
        jobs.close();
        streams.close();
    }

    Gallery gallery() {
        return gallery;
    }

    Jobs jobs() {
        return jobs;
    }

    EventStreams streams() {
        return streams;
    }
}
