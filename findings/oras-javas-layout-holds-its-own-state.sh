#!/usr/bin/env bash
# ORAS Java SDK 0.7.0 (land.oras:oras-java-sdk, Java 17), oras 1.3.6 (Go), on crane 0.22.1's registry.
#
# Expected: the SDK copies an image into a layout as `oras cp` does: `oci-layout` has the version of the
# layout and nothing else, and the entry of index.json is the descriptor that the image has in the
# registry, with its name.
# Seen: `oci-layout` holds the state of the SDK's object as well, its thread pool and the name of the
# folder, so that it is another file for each folder; and the entry has an artifactType that the
# manifest has not, the type of its config.
#
#   oras: oci-layout also has nothing, artifactType None
#   oras-java: oci-layout also has executorService repositories, artifactType application/vnd.oci.image.config.v1+json
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>land.oras</groupId><artifactId>oras-java-sdk</artifactId><version>0.7.0</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat > Copy.java <<'X'
import java.nio.file.Path;
import land.oras.*;

class Copy {
    public static void main(String[] args) throws Exception {
        Registry registry = Registry.builder().insecure().build();
        OCILayout layout = OCILayout.builder().defaults(Path.of(args[1])).build();
        CopyUtils.copy(registry, ContainerRef.parse(args[0]), layout, LayoutRef.parse(args[1] + ":1"), CopyUtils.CopyOptions.shallow());
        System.exit(0);
    }
}
X
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/app:1" > crane.log 2>&1
bin/oras cp --from-plain-http --to-oci-layout "$HOST/app:1" oras:1 > oras.log
java -cp 'jars/*' Copy.java "$HOST/app:1" oras-java > java.log 2>&1 || { cat java.log; exit 1; }
python3 - > seen <<'X'
import json
for folder in "oras", "oras-java":
    layout = json.load(open(f"{folder}/oci-layout"))
    entry, = json.load(open(f"{folder}/index.json"))["manifests"]
    manifest = json.load(open(f"{folder}/blobs/sha256/{entry['digest'][7:]}"))
    assert layout.pop("imageLayoutVersion") == "1.0.0" and "artifactType" not in manifest
    print(f"{folder}: oci-layout also has {' '.join(sorted(layout)) or 'nothing'}, artifactType {entry.get('artifactType')}")
X
diff - seen <<'X'
oras: oci-layout also has nothing, artifactType None
oras-java: oci-layout also has executorService repositories, artifactType application/vnd.oci.image.config.v1+json
X
cat seen
