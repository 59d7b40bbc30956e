package imagegen.sse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {

    /** [RFC 3986, 5.4.1 and 5.4.2] The fragment stays here. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {
        "g:h g:h", "g http://a/b/c/g", "./g http://a/b/c/g", "g/ http://a/b/c/g/", "/g http://a/g", "//g http://g",
        "?y http://a/b/c/d;p?y", "g?y http://a/b/c/g?y", "#s http://a/b/c/d;p?q", "g#s http://a/b/c/g",
        ";x http://a/b/c/;x", "g;x http://a/b/c/g;x", "g;x?y#s http://a/b/c/g;x?y", "'' http://a/b/c/d;p?q",
        ". http://a/b/c/", "./ http://a/b/c/", ".. http://a/b/", "../ http://a/b/", "../g http://a/b/g",
        "../.. http://a/", "../../ http://a/", "../../g http://a/g", "../../../g http://a/g",
        "../../../../g http://a/g", "/./g http://a/g", "/../g http://a/g", "g. http://a/b/c/g.", ".g http://a/b/c/.g",
        "g.. http://a/b/c/g..", "..g http://a/b/c/..g", "./../g http://a/b/g", "./g/. http://a/b/c/g/",
        "g/./h http://a/b/c/g/h", "g/../h http://a/b/c/h", "g;x=1/./y http://a/b/c/g;x=1/y",
        "g;x=1/../y http://a/b/c/y", "g?y/./x http://a/b/c/g?y/./x", "g?y/../x http://a/b/c/g?y/../x",
        "http:g http:g"})
    void leadsWhereTheStandardSays(String location, String expected) {
        assertEquals(expected, Reference.resolve(URI.create("http://a/b/c/d;p?q"), location).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', value = {"?x=1 http://a?x=1", "g http://a/g", "'' http://a", ".. http://a/"})
    void alsoFromAHostWithoutAPath(String location, String expected) {
        assertEquals(expected, Reference.resolve(URI.create("http://a"), location).toString());
    }

    @Test
    void encodesOnceWhatHasNoPlaceInAnAddress() {
        var base = URI.create("http://a/b");
        assertEquals("http://a/%C3%A9", Reference.resolve(base, "/\u00c3\u00a9").toString(), "as the bytes came");
        assertEquals("http://a/%C3%A9", Reference.resolve(base, "/%C3%A9").toString());
        assertEquals("http://a/%E2%82%AC", Reference.resolve(base, "/\u20ac").toString());
        assertEquals("http://a/x%20y?%7B%22%7D", Reference.resolve(base, "/x y?{\"}").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/%", "http://[", "1http:/x"})
    void refusesWhatIsNoAddress(String location) {
        assertThrows(IllegalArgumentException.class, () -> Reference.resolve(URI.create("http://a/b"), location));
    }
}
