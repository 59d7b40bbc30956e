package imagegen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import imagegen.embedded.EmbeddedApplication;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import jakarta.ws.rs.ext.Provider;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GatewayApplicationTest {

    @Test
    void everyResourceAndProviderIsNamedByOneOfTheTwoApplications() {
        Set<String> found = new ClassFileImporter().withImportOption(new DoNotIncludeTests())
            .importPackages("imagegen").stream()
            .filter(type -> !type.isInterface())
            .filter(type -> type.isAnnotatedWith(Path.class) || type.isAnnotatedWith(Provider.class))
            .map(JavaClass::getName).collect(Collectors.toCollection(TreeSet::new));
        Set<String> named = Stream.<Application>of(new GatewayApplication(), new EmbeddedApplication())
            .flatMap(application -> application.getClasses().stream())
            .map(Class::getName).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(found, named);
    }
}
