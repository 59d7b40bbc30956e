package imagegen.problem;

import jakarta.json.spi.JsonProvider;

/** Jakarta JSON Processing by one provider. */
public final class JsonP {

    /** Looked up once: each of the static methods of {@link jakarta.json.Json} looks through all the server's jars. */
    public static final JsonProvider JSON = JsonProvider.provider();

    private JsonP() {
    }
}
