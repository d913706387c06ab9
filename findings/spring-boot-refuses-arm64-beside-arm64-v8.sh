#!/usr/bin/env bash
# spring-boot-buildpack-platform 4.0.7 (Java 17), by which Spring Boot's Maven and Gradle plugins build images; the
# Docker engine that it asks is a small server.
#
# Expected: a builder for linux/arm64 and a run image whose config says arm64 with variant v8 (as most arm64 images say)
# go together: Docker takes the two for one platform, and gives the image where linux/arm64 is asked for.
# Seen: platforms are compared with all of their parts. A build for which nobody asked for a platform takes that of the
# builder, and fails with "Image platform mismatch detected" on a run image that says it in more words, and so
# does `imagePlatform` linux/arm64 on images for arm64/v8: it has to be written as the images have it.
#
#   builder arm64, run image arm64: one platform
#   builder arm64, run image arm64/v8: mismatch, linux/arm64 but got linux/arm64/v8
#   builder arm64/v8, run image arm64/v8: one platform
#   builder arm64/v8, run image arm64/v8, imagePlatform linux/arm64: mismatch, linux/arm64 but got linux/arm64/v8
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-buildpack-platform</artifactId><version>4.0.7</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat > Finding.java <<'X'
import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import org.springframework.boot.buildpack.platform.build.BuildLog;
import org.springframework.boot.buildpack.platform.build.BuildRequest;
import org.springframework.boot.buildpack.platform.build.Builder;
import org.springframework.boot.buildpack.platform.build.BuilderDockerConfiguration;
import org.springframework.boot.buildpack.platform.build.PullPolicy;
import org.springframework.boot.buildpack.platform.docker.type.ImageReference;

class Finding {
    static final String METADATA = """
        {"description": "", "createdBy": {"name": "finding", "version": "1"}, "buildpacks": [],
         "stack": {"runImage": {"image": "registry.example/run:1", "mirrors": []}},
         "lifecycle": {"version": "0.20.0", "apis": {"buildpack": {"deprecated": [], "supported": ["0.11"]},
                                                     "platform": {"deprecated": [], "supported": ["0.13"]}}}}""";

    static String image(String platform) {
        String[] parts = platform.split("/");
        String variant = parts.length > 1 ? "\"Variant\": \"" + parts[1] + "\"," : "";
        String label = METADATA.replace("\"", "\\\"").replace("\n", " ");
        return """
            {"Os": "linux", "Architecture": "%s", %s "RootFS": {"Layers": []}, "Config": {
              "Env": ["CNB_USER_ID=1000", "CNB_GROUP_ID=1000"],
              "Labels": {"io.buildpacks.stack.id": "finding", "io.buildpacks.builder.metadata": "%s"}}}"""
            .formatted(parts[0], variant, label);
    }

    static void build(String builder, String run, String platform) throws Exception {
        HttpServer engine = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        engine.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body = path.endsWith("/_ping") ? new byte[0] : image(path.contains("builder") ? builder : run).getBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.getResponseHeaders().add("API-Version", "1.51");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        engine.start();
        BuildRequest request = BuildRequest.of(ImageReference.of("registry.example/app:1"), owner -> null)
            .withBuilder(ImageReference.of("registry.example/builder:1")).withPullPolicy(PullPolicy.IF_NOT_PRESENT);
        if (platform != null) {
            request = request.withImagePlatform(platform);
        }
        String address = "tcp://127.0.0.1:" + engine.getAddress().getPort();
        BuildLog quiet = BuildLog.to(new PrintStream(OutputStream.nullOutputStream()));
        String seen;
        try {
            new Builder(quiet, new BuilderDockerConfiguration().withHost(address, false, null)).build(request);
            throw new AssertionError("a build without buildpacks");
        } catch (IllegalStateException error) {
            // The builder has no buildpacks, which is looked at when the platforms agree.
            if (!error.getMessage().startsWith("No 'io.buildpacks.buildpack.layers' label")) {
                throw error;
            }
            seen = "one platform";
        } catch (RuntimeException error) {
            seen = error.getMessage().replaceFirst("^Image platform (mismatch) .* Requested platform '(.*)' but got '(.*)'$", "$1, $2 but got $3");
        } finally {
            engine.stop(0);
        }
        System.out.println("builder " + builder + ", run image " + run + (platform == null ? "" : ", imagePlatform " + platform) + ": " + seen);
    }

    public static void main(String[] args) throws Exception {
        build("arm64", "arm64", null);
        build("arm64", "arm64/v8", null);
        build("arm64/v8", "arm64/v8", null);
        build("arm64/v8", "arm64/v8", "linux/arm64");
    }
}
X
java -cp 'jars/*' Finding.java 2> java.log > seen || { cat java.log; exit 1; }
diff - seen <<'X'
builder arm64, run image arm64: one platform
builder arm64, run image arm64/v8: mismatch, linux/arm64 but got linux/arm64/v8
builder arm64/v8, run image arm64/v8: one platform
builder arm64/v8, run image arm64/v8, imagePlatform linux/arm64: mismatch, linux/arm64 but got linux/arm64/v8
X
cat seen
