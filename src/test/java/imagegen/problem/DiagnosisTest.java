package imagegen.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.bind.JsonbException;
import jakarta.json.stream.JsonParsingException;
import jakarta.ws.rs.ProcessingException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiagnosisTest {

    private final Logger logger = Logger.getLogger(Diagnosis.class.getName());
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void aProblemSpeaksForItselfHoweverDeepItIsWrapped() {
        var told = new ProblemException(ProblemType.UNKNOWN_REQUEST);
        assertEquals(told.problem(), Diagnosis.of(told));
        assertEquals(told.problem(), Diagnosis.of(new CompletionException(new ExecutionException(told))));
        assertTrue(logged.isEmpty());
    }

    @Test
    void aSurpriseIsLoggedInFullUnderTheIdThatTheCallerSees() {
        var failure = new IllegalStateException("secret of the house");
        var problem = Diagnosis.of(failure);

        assertTrue(problem.is(ProblemType.INTERNAL));
        assertFalse(problem.json().toString().contains("secret"));
        var id = problem.instance().orElseThrow().substring("urn:uuid:".length());
        assertEquals(1, logged.size());
        assertTrue(logged.getFirst().getMessage().contains(id));
        assertEquals(failure, logged.getFirst().getThrown());
    }

    @Test
    void twoSurprisesHaveTwoIds() {
        var failure = new IllegalStateException();
        assertNotEquals(Diagnosis.of(failure).instance(), Diagnosis.of(failure).instance());
    }

    @Test
    void aBodyThatCannotBeParsedIsTheCallersDoing() {
        assertTrue(Diagnosis.of(new JsonParsingException("prompt", null)).is(ProblemType.INVALID_BODY));
        assertTrue(Diagnosis.of(new JsonbException("prompt")).is(ProblemType.INVALID_BODY));
        assertTrue(Diagnosis.of(new ProcessingException("x", new JsonbException("y"))).is(ProblemType.INVALID_BODY));
        assertFalse(Diagnosis.of(new JsonbException("prompt")).json().toString().contains("prompt"));
    }

    @Test
    void aFailedCallOfAnotherServerIsNot() {
        assertTrue(Diagnosis.of(new ProcessingException("connection refused")).is(ProblemType.INTERNAL));
    }
}
