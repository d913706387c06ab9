#!/usr/bin/env bash
# jib-core 0.28.1 (Java 17), regctl 0.11.7, two of crane 0.22.1's registries.
#
# Expected: whether Jib can build on a base with zstd or uncompressed layers, which the OCI image specification names
# beside gzip, hangs on the base; and the app's manifest calls a layer what its base's calls it.
# Seen: it hangs on where the app goes. To a registry that has the base's layers Jib does not fetch them, and writes
# each into the manifest as tar+gzip, whatever it is, exit 0. To another registry it fetches them, and fails on both:
# zstd needs a library that Jib does not bring, and for what is not compressed it finds no decompressor.
#
#   gzip base: same registry, tar+gzip called tar+gzip; another registry, tar+gzip called tar+gzip
#   zstd base: same registry, tar+zstd called tar+gzip; another registry, CompressorException
#   none base: same registry, tar called tar+gzip; another registry, CompressorException
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVERS:-}" ] || kill $SERVERS; rm -rf "$T"' EXIT; cd "$T"
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
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.nio.file.Files;
import java.nio.file.Path;

class Build {
    public static void main(String[] args) throws Exception {
        Path cache = Files.createTempDirectory(Path.of("."), "cache");
        Containerizer target = Containerizer.to(RegistryImage.named(args[1])).setAllowInsecureRegistries(true)
            .setBaseImageLayersCache(cache).setApplicationLayersCache(cache);
        try {
            Jib.from(args[0]).setFormat(ImageFormat.OCI).setProgramArguments("app").containerize(target);
        } catch (Exception error) {
            Throwable cause = error;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            System.out.print(cause.getClass().getSimpleName());
        }
        System.exit(0);
    }
}
X
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
HERE=127.0.0.1:$(port)
bin/crane registry serve --address "$HERE" > here.log 2>&1 & SERVERS=$!
THERE=127.0.0.1:$(port)
bin/crane registry serve --address "$THERE" > there.log 2>&1 & SERVERS="$SERVERS $!"
for host in "$HERE" "$THERE"; do
  until curl -sf "http://$host/v2/" > /dev/null; do kill -0 $SERVERS; done
done
echo program > program; tar cf layer.tar program
bin/crane append --oci-empty-base -f layer.tar -t "$HERE/base:gzip" > crane.log 2>&1
bin/crane mutate --set-platform linux/amd64 -t "$HERE/base:gzip" "$HERE/base:gzip" > crane.log 2>&1
layer() { bin/crane manifest "$1" | python3 -c '
import json, sys
layer = json.load(sys.stdin)["layers"][0]
print(layer[sys.argv[1]].removeprefix("application/vnd.oci.image.layer.v1."))' "$2"; }
# $1 the base, $2 the registry that the app goes to
build() {
  local failed
  failed=$(java -cp 'jars/*' Build.java "$HERE/base:$1" "$2/app:$1" 2> jib.log)
  if [ -n "$failed" ]; then echo "$failed"; return; fi
  [ "$(layer "$HERE/base:$1" digest)" = "$(layer "$2/app:$1" digest)" ]
  echo "$(layer "$HERE/base:$1" mediaType) called $(layer "$2/app:$1" mediaType)"
}
for compression in gzip zstd none; do
  [ $compression = gzip ] ||
    bin/regctl --host "reg=$HERE,tls=disabled" image mod --layer-compress $compression --create "$HERE/base:$compression" "$HERE/base:gzip" > regctl.log
  echo "$compression base: same registry, $(build $compression "$HERE"); another registry, $(build $compression "$THERE")"
done > seen
diff - seen <<'X'
gzip base: same registry, tar+gzip called tar+gzip; another registry, tar+gzip called tar+gzip
zstd base: same registry, tar+zstd called tar+gzip; another registry, CompressorException
none base: same registry, tar called tar+gzip; another registry, CompressorException
X
cat seen
