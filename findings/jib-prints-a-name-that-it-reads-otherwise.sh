#!/usr/bin/env bash
# jib-core 0.28.1, spring-boot-buildpack-platform 4.0.0 (Java 17).
#
# Expected: Jib reads `docker.io/alpine` as Docker does, and as Spring Boot's reader of names does: it is
# Docker Hub's library/alpine; and what it prints of a name is read as the same name again.
# Seen: `library/` is left out where docker.io is written, so that Jib asks Docker Hub for `alpine`, which
# is not there; and it prints that name as `alpine`, which it reads as library/alpine.
#
#   docker.io/alpine  spring docker.io library/alpine, jib registry-1.docker.io alpine, printed alpine, read again library/alpine
#   alpine            spring docker.io library/alpine, jib registry-1.docker.io library/alpine, printed alpine, read again library/alpine
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>com.google.cloud.tools</groupId><artifactId>jib-core</artifactId><version>0.28.1</version></dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-buildpack-platform</artifactId><version>4.0.0</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat > Names.java <<'X'
import com.google.cloud.tools.jib.api.ImageReference;

class Names {
    public static void main(String[] args) throws Exception {
        for (String name : args) {
            var spring = org.springframework.boot.buildpack.platform.docker.type.ImageReference.of(name);
            ImageReference jib = ImageReference.parse(name);
            System.out.printf("%s spring %s %s, jib %s %s, printed %s, read again %s%n", name, spring.getDomain(), spring.getName(),
                jib.getRegistry(), jib.getRepository(), jib, ImageReference.parse(jib.toString()).getRepository());
        }
    }
}
X
java -cp 'jars/*' Names.java docker.io/alpine alpine > seen 2> java.log || { cat java.log; exit 1; }
diff - seen <<'X'
docker.io/alpine spring docker.io library/alpine, jib registry-1.docker.io alpine, printed alpine, read again library/alpine
alpine spring docker.io library/alpine, jib registry-1.docker.io library/alpine, printed alpine, read again library/alpine
X
cat seen
