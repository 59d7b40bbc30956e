package imagegen.proxy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A proxy, how it is started in the foreground by anybody, and what its configuration needs around the guide's. */
enum Kind {

    // One process, which a kill leaves nothing of; gzip as Debian has it; every folder is ours
    NGINX(List.of("nginx"), "listen 80;", """
            daemon off;
            master_process off;
            pid FOLDER/nginx.pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path FOLDER/body;
                proxy_temp_path FOLDER/proxy;
                fastcgi_temp_path FOLDER/fastcgi;
                uwsgi_temp_path FOLDER/uwsgi;
                scgi_temp_path FOLDER/scgi;
                gzip on;
            SNIPPET
            }
            """) {
        @Override
        List<String> command(String program, Path folder, Path file) {
            return List.of(program, "-e", "stderr", "-p", folder.toString(), "-c", file.toString());
        }
    },

    APACHE(List.of("apache2", "httpd"), "Listen 80", """
            ServerRoot FOLDER
            ServerName localhost
            PidFile FOLDER/apache.pid
            DefaultRuntimeDir FOLDER
            Mutex file:FOLDER
            ErrorLog /dev/stderr
            LoadModule mpm_event_module MODULES/mod_mpm_event.so
            LoadModule authz_core_module MODULES/mod_authz_core.so
            LoadModule reqtimeout_module MODULES/mod_reqtimeout.so
            LoadModule proxy_module MODULES/mod_proxy.so
            LoadModule proxy_http_module MODULES/mod_proxy_http.so
            LoadModule headers_module MODULES/mod_headers.so
            SNIPPET
            """) {
        @Override
        List<String> command(String program, Path folder, Path file) {
            return List.of(program, "-X", "-d", folder.toString(), "-f", file.toString());
        }
    },

    HAPROXY(List.of("haproxy"), "bind :80", "SNIPPET\n") {
        @Override
        List<String> command(String program, Path folder, Path file) {
            return List.of(program, "-db", "-f", file.toString());
        }
    };

    private static final List<Path> FOLDERS = Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
            Stream.of("/usr/local/sbin", "/usr/sbin", "/opt/homebrew/bin")).filter(it -> !it.isBlank())
            .map(Path::of).toList();
    private static final List<Path> APACHE_MODULES =
            List.of(Path.of("/usr/lib/apache2/modules"), Path.of("/etc/httpd/modules"));

    private final List<String> names;
    private final String listen;
    private final String around;

    /**
     * @param names  of the program
     * @param listen how the guide's configuration says that it listens on port 80
     * @param around the configuration around it
     */
    Kind(List<String> names, String listen, String around) {
        this.names = names;
        this.listen = listen;
        this.around = around;
    }

    abstract List<String> command(String program, Path folder, Path file);

    /** Where it is, if it is installed. */
    Optional<Path> program() {
        return names.stream().flatMap(name -> FOLDERS.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable).findFirst();
    }

    /** All of the guide's, changed in nothing but the two ports. */
    String configuration(Path folder, int port, int gateway) {
        String modules = APACHE_MODULES.stream().filter(Files::isDirectory).findFirst().map(Path::toString).orElse("");
        return around.replace("FOLDER", folder.toString()).replace("MODULES", modules).replace("SNIPPET",
                with(listen, listen.replaceFirst(":?80", "127.0.0.1:" + port),
                        with("127.0.0.1:8080", "127.0.0.1:" + gateway, Guide.snippet(name()))));
    }

    private static String with(String what, String other, String text) {
        if (text.split(Pattern.quote(what), -1).length != 2) {
            throw new AssertionError("not once in the guide: " + what);
        }
        return text.replace(what, other);
    }
}
