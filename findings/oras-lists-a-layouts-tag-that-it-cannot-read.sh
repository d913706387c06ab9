#!/usr/bin/env bash
# jib-core 0.28.1 (Java 17), oras 1.3.6, regctl 0.11.7.
#
# Expected: what `oras repo tags --oci-layout` lists can be asked for by the same flag and that name; so
# Jib's OCI tar, or podman's, is read by name.
# Seen: Jib writes the whole reference into org.opencontainers.image.ref.name (so does podman save).
# oras lists it as a tag, and does not find it: the last colon ends the path for it, so that a folder
# `app.tar:registry.example/team/app` is looked for, and there is no `1` either. Only the flag
# --oci-layout-path, called experimental, reaches it. regctl lists and reads the same entry as `1`.
#
#   oras repo tags --oci-layout app.tar: registry.example/team/app:1
#   oras resolve --oci-layout app.tar:registry.example/team/app:1: failed to find path
#   oras resolve --oci-layout app.tar:1: not found
#   oras resolve --oci-layout-path app.tar registry.example/team/app:1: read
#   regctl tag ls ocidir://layout: 1
#   regctl manifest head ocidir://layout:1: read
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>com.google.cloud.tools</groupId><artifactId>jib-core</artifactId><version>0.28.1</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat > Build.java <<'X'
import com.google.cloud.tools.jib.api.*;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.nio.file.Path;

class Build {
    public static void main(String[] args) throws Exception {
        TarImage target = TarImage.at(Path.of("app.tar")).named("registry.example/team/app:1");
        Jib.fromScratch().setFormat(ImageFormat.OCI).setProgramArguments("app").containerize(Containerizer.to(target)
            .setBaseImageLayersCache(Path.of("cache")).setApplicationLayersCache(Path.of("cache")));
        System.exit(0);
    }
}
X
java -cp 'jars/*' Build.java > jib.log 2>&1 || { cat jib.log; exit 1; }
export GOBIN=$T/bin GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
mkdir layout && tar -C layout -xf app.tar
NAME=registry.example/team/app:1
DIGEST=$(python3 -c 'import json; print(json.load(open("layout/index.json"))["manifests"][0]["digest"])')
said() { # a command; what it printed, or why not
  local out; out=$("bin/$1" "${@:2}" 2>&1) || out=$(grep -o -e 'failed to find path' -e 'not found' <<< "$out" | head -1)
  [ "$out" != "$DIGEST" ] || out=read
  echo "$*: $out"
}
{
  said oras repo tags --oci-layout app.tar
  said oras resolve --oci-layout "app.tar:$NAME"
  said oras resolve --oci-layout app.tar:1
  said oras resolve --oci-layout-path app.tar "$NAME"
  said regctl tag ls ocidir://layout
  said regctl manifest head ocidir://layout:1
} > seen
diff - seen <<'X'
oras repo tags --oci-layout app.tar: registry.example/team/app:1
oras resolve --oci-layout app.tar:registry.example/team/app:1: failed to find path
oras resolve --oci-layout app.tar:1: not found
oras resolve --oci-layout-path app.tar registry.example/team/app:1: read
regctl tag ls ocidir://layout: 1
regctl manifest head ocidir://layout:1: read
X
cat seen
