package imagegen.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;

/**
 * Gives Arquillian's tests the chosen server, the same for all: a process for each deployment, started as an operator
 * starts it. The servers' own adapters would each start theirs in another way.
 */
public final class ArquillianServer implements LoadableExtension, DeployableContainer<ArquillianServer.Nothing> {

    private ServerProcess server;

    /** There is nothing to set in an arquillian.xml. */
    public static final class Nothing implements ContainerConfiguration {

        @Override
        public void validate() {
            // Whatever it is
        }
    }

    @Override
    public void register(ExtensionBuilder builder) {
        builder.service(DeployableContainer.class, ArquillianServer.class);
    }

    @Override
    public Class<Nothing> getConfigurationClass() {
        return Nothing.class;
    }

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("none: tests are clients");
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        try {
            String name = archive.getName().replace(".war", "");
            Path war = Files.createDirectories(Path.of("target", "deployments")).resolve(archive.getName());
            archive.as(ZipExporter.class).exportTo(war.toFile(), true);
            server = ServerProcess.named(name).serving(war.toAbsolutePath()).start();
        } catch (IOException e) {
            throw new DeploymentException("the archive could not be written", e);
        }
        HTTPContext context = new HTTPContext(server.uri().getHost(), server.uri().getPort());
        context.add(new Servlet("default", ""));
        return new ProtocolMetaData().addContext(context);
    }

    @Override
    public void undeploy(Archive<?> archive) {
        server.close();
    }
}
