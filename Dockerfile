# docker build -t image-gen . && docker run -p 8080:8080 -e IMAGE_GEN_BACKEND_URL=embedded image-gen
# On another server: --build-arg SERVER=payara-server, wildfly or liberty; on Payara 7: --build-arg PAYARA=7.2025.1
ARG SERVER=payara-micro

FROM maven:3.9-eclipse-temurin-21 AS build
ARG SERVER
ARG PAYARA=6.2025.10
WORKDIR /build
COPY pom.xml ./
COPY src ./src
COPY server-config ./server-config
RUN mvn -B -ntp -DskipTests -Dserver=${SERVER} -Dpayara.version=${PAYARA} package

# What every server has in common
FROM eclipse-temurin:21-jre AS base
RUN useradd --system --create-home --home-dir /opt/image-gen --shell /usr/sbin/nologin imagegen
WORKDIR /opt/image-gen
COPY --from=build /build/target/image-gen.war /build/server-config/jvm.options ./
# Edited while the container runs: mount a folder over it, or copy a new file in
COPY --from=build --chown=imagegen /build/server-config/rollout.properties ./config/rollout.properties
RUN chown imagegen /opt/image-gen
ENV IMAGE_GEN_ROLLOUT_FILE=/opt/image-gen/config/rollout.properties
EXPOSE 8080
# A health check says whether to start the container anew, which helps against a dead server and not against a backend
# that is away: liveness. Whoever sends callers here asks /health/ready.
#
# SIGTERM drains open streams before the server ends: give it more than image-gen.drain (docker stop --time 40)

FROM base AS payara-micro
COPY --from=build /build/target/payara-micro.jar /build/server-config/payara-micro/pre-boot.txt ./
USER imagegen
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["java", "@jvm.options", "-XX:MaxRAMPercentage=75", "-Djava.awt.headless=true", \
    "-jar", "payara-micro.jar", \
    "--prebootcommandfile", "pre-boot.txt", "--nohazelcast", "--disablephonehome", \
    "--deploy", "image-gen.war", "--contextroot", "/"]

FROM base AS payara-server
COPY --from=build --chown=imagegen /build/.servers/payara-server-*/payara* ./payara
COPY --from=build /build/server-config/payara-server/pre-boot.txt /build/server-config/payara-server/start ./
RUN mv image-gen.war payara/glassfish/domains/domain1/autodeploy/ && chown imagegen payara/glassfish/domains/domain1/autodeploy
USER imagegen
ENV JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=75"
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["/opt/image-gen/start", "payara", "pre-boot.txt", "jvm.options"]

FROM base AS wildfly
COPY --from=build --chown=imagegen /build/.servers/wildfly-*/wildfly-* ./wildfly
COPY --from=build /build/server-config/wildfly/image-gen.yml ./
RUN mv image-gen.war wildfly/standalone/deployments/ && chown imagegen wildfly/standalone/deployments
USER imagegen
ENV PREPEND_JAVA_OPTS="@/opt/image-gen/jvm.options" LAUNCH_JBOSS_IN_BACKGROUND=true \
    JBOSS_JAVA_SIZING="-XX:MaxRAMPercentage=75"
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:9990/health/live"]
ENTRYPOINT ["/opt/image-gen/wildfly/bin/standalone.sh", "-c", "standalone-microprofile.xml", \
    "--yaml=/opt/image-gen/image-gen.yml", "-b", "0.0.0.0"]

FROM base AS liberty
COPY --from=build --chown=imagegen /build/.servers/liberty-*/wlp ./wlp
COPY --from=build --chown=imagegen /build/server-config/liberty/server.xml ./wlp/usr/servers/image-gen/server.xml
RUN cp jvm.options wlp/usr/servers/image-gen/ && echo "-XX:MaxRAMPercentage=75" >> wlp/usr/servers/image-gen/jvm.options \
    && mkdir wlp/usr/servers/image-gen/apps && mv image-gen.war wlp/usr/servers/image-gen/apps/ \
    && chown -R imagegen wlp/usr
USER imagegen
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["/opt/image-gen/wlp/bin/server", "run", "image-gen"]

FROM ${SERVER}
