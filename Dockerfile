# The WAR on Payara Micro:  docker build -t image-gen . && docker run -p 8080:8080 -e IMAGE_GEN_BACKEND_URL=embedded image-gen
FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /build
COPY pom.xml ./
COPY src ./src
COPY server-config ./server-config
RUN mvn -B -ntp -DskipTests package

FROM eclipse-temurin:21-jre
RUN useradd --system --create-home --home-dir /opt/image-gen --shell /usr/sbin/nologin imagegen
WORKDIR /opt/image-gen
COPY --from=build /build/target/payara-micro.jar /build/target/image-gen.war ./
COPY --from=build /build/server-config/payara-micro/pre-boot.txt /build/server-config/jvm.options ./
# Edited while the container runs: mount a folder over it, or copy a new file in
COPY --from=build --chown=imagegen /build/server-config/rollout.properties ./config/rollout.properties
RUN chown imagegen /opt/image-gen
USER imagegen
ENV IMAGE_GEN_ROLLOUT_FILE=/opt/image-gen/config/rollout.properties
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8080/health/ready"]
# SIGTERM drains open streams before the server ends: give it more than image-gen.drain (docker stop --time 40)
ENTRYPOINT ["java", "@jvm.options", "-XX:MaxRAMPercentage=75", "-Djava.awt.headless=true", \
    "-jar", "payara-micro.jar", \
    "--prebootcommandfile", "pre-boot.txt", "--nohazelcast", "--disablephonehome", \
    "--deploy", "image-gen.war", "--contextroot", "/"]
