package imagegen;

import jakarta.annotation.security.DeclareRoles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.auth.LoginConfig;

/** The gateway's REST half. Callers are known by their MicroProfile JWT; what needs one says {@code @RolesAllowed}. */
@ApplicationPath("/api")
@LoginConfig(authMethod = "MP-JWT")
@DeclareRoles({"user", "service"})
@ApplicationScoped
public class GatewayApplication extends Application {
}
