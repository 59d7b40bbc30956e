package imagegen;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** The import directions of the architecture: data goes one way, from the backend to the log to the browser. */
@AnalyzeClasses(packages = "imagegen", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule timeKnowsNobody = mayOnlyImport("time");

    @ArchTest
    static final ArchRule settingsKnowNobody = mayOnlyImport("config");

    @ArchTest
    static final ArchRule quotasKnowNobody = mayOnlyImport("limit");

    @ArchTest
    static final ArchRule updatesKnowNobody = mayOnlyImport("update");

    @ArchTest
    static final ArchRule problemsKnowNobody = mayOnlyImport("problem");

    @ArchTest
    static final ArchRule theGuardKnowsHowToRefuse = mayOnlyImport("guard", "problem", "sse");

    @ArchTest
    static final ArchRule thePageKnowsHowToRefuseAndToWrite = mayOnlyImport("page", "problem", "sse");

    @ArchTest
    static final ArchRule telemetryKnowsNobody = mayOnlyImport("telemetry");

    @ArchTest
    static final ArchRule theLogKnowsUpdates = mayOnlyImport("log", "lease", "redis", "update");

    @ArchTest
    static final ArchRule theWayToRedisKnowsNobody = mayOnlyImport("redis");

    @ArchTest
    static final ArchRule leasesAreKeptInRedis = mayOnlyImport("lease", "redis");

    @ArchTest
    static final ArchRule accessKnowsProblems = mayOnlyImport("access", "lease", "problem", "redis", "telemetry");

    @ArchTest
    static final ArchRule theRolloutKnowsWhoCalls = mayOnlyImport("rollout", "access", "problem", "redis", "telemetry");

    @ArchTest
    static final ArchRule theBackendKnowsUpdatesAndStreams = mayOnlyImport("backend", "update", "sse");

    @ArchTest
    static final ArchRule intakeWritesTheLog =
            mayOnlyImport("intake", "access", "backend", "lease", "log", "sse", "telemetry", "update");

    @ArchTest
    static final ArchRule requestsAskIntake =
            mayOnlyImport("requests", "access", "backend", "intake", "log", "problem", "update");

    @ArchTest
    static final ArchRule deliveryReadsTheLog =
            mayOnlyImport("delivery", "access", "lease", "log", "problem", "rollout", "sse", "telemetry", "update");

    @ArchTest
    static final ArchRule theEmbeddedBackendKnowsUpdatesAndStreams =
            mayOnlyImport("embedded", "problem", "sse", "update");

    @ArchTest
    static final ArchRule theEventStreamToolkitCanBeLiftedOut = classes().that().resideInAPackage("imagegen.sse..")
            .should().onlyDependOnClassesThat(resideInAnyPackage("imagegen.sse..", "jakarta..", "java.."));

    @ArchTest
    static final ArchRule nothingGoesInCircles = slices().matching("imagegen.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theServerCanBeAnother = noClasses().should().dependOnClassesThat(resideInAnyPackage(
            "fish.payara..", "com.sun.enterprise..", "org.glassfish..", "org.jboss..", "com.ibm.."));

    /** The clock, the way to read settings and quotas are everybody's. */
    private static ArchRule mayOnlyImport(String part, String... others) {
        String[] allowed = Stream.concat(Stream.of(part, "config", "limit", "time"), Arrays.stream(others))
                .map(name -> "imagegen." + name + "..").toArray(String[]::new);
        return classes().that().resideInAPackage("imagegen." + part + "..").should().onlyDependOnClassesThat(
                resideOutsideOfPackage("imagegen..").or(resideInAnyPackage(allowed)));
    }
}
