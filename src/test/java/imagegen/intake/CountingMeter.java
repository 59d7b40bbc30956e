package imagegen.intake;

import java.util.ArrayList;
import java.util.List;

final class CountingMeter implements IntakeMeter {
    int streamed;
    int polled;
    int reconnected;
    final List<String> discarded = new ArrayList<>();

    @Override
    public void streamed() {
        streamed++;
    }

    @Override
    public void polled() {
        polled++;
    }

    @Override
    public void reconnected() {
        reconnected++;
    }

    @Override
    public void discarded(String reason) {
        discarded.add(reason);
    }
}
