#!/usr/bin/env bash
# The testcontainers libraries of November 2026: Java 2.0.5 (Java 17), Node 12.2.0 (Node 20), and for
# comparison Jib (jib-core 0.28.1), which reads the same names.
#
# Expected: `app:1@sha256:…`, the form in which update robots pin an image and which Docker, Compose and
# Kubernetes take, is an image name to testcontainers in any language.
# Seen: the Java library refuses it ("app:1 is not a valid Docker image name"): the part before
# the digest has to be a repository. A list of pins that Node tests and Compose files share cannot be
# shared with Java tests, unless the tags are taken out.
#
#   app:1@sha256:…  java app:1 is not a valid Docker image name, node app:1@sha256:…, jib app:1@sha256:…
#   app@sha256:…    java app@sha256:…, node app@sha256:…, jib app@sha256:…
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>org.testcontainers</groupId><artifactId>testcontainers</artifactId><version>2.0.5</version></dependency>
    <dependency><groupId>com.google.cloud.tools</groupId><artifactId>jib-core</artifactId><version>0.28.1</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > mvn.log 2>&1 || { cat mvn.log; exit 1; }
npm install --silent --no-audit --no-fund --prefix "$T" testcontainers@12.2.0 > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > Names.java <<'X'
import com.google.cloud.tools.jib.api.ImageReference;
import org.testcontainers.utility.DockerImageName;

class Names {
    public static void main(String[] args) throws Exception {
        String java;
        try {
            DockerImageName name = DockerImageName.parse(args[0]);
            name.assertValid();
            java = name.asCanonicalNameString();
        } catch (IllegalArgumentException error) {
            java = error.getMessage().split(" \\(in ")[0];
        }
        System.out.println(java + "|" + ImageReference.parse(args[0]));
    }
}
X
cat > names.cjs <<'X'
const { ImageName } = require("testcontainers/build/container-runtime/image-name");
console.log(ImageName.fromString(process.argv[2]).string);
X
DIGEST=sha256:$(printf 'a%.0s' {1..64})
for name in app:1 app; do
  IFS='|' read -r java jib < <(java -cp 'jars/*' Names.java "$name@$DIGEST" 2> java.log)
  echo "$name@$DIGEST java $java, node $(node names.cjs "$name@$DIGEST"), jib $jib" | sed "s/$DIGEST/sha256:…/g"
done > seen
diff - seen <<'X'
app:1@sha256:… java app:1 is not a valid Docker image name, node app:1@sha256:…, jib app:1@sha256:…
app@sha256:… java app@sha256:…, node app@sha256:…, jib app@sha256:…
X
cat seen
