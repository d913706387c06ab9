#!/usr/bin/env bash
# jib-core 0.28.1 (Java 17), crane 0.22.1, regctl 0.11.7, oras 1.3.6, on crane's registry.
#
# Expected: Jib's image for linux/arm on a base with linux/arm/v6 and linux/arm/v7 says which of the
# two it was made from, as its base does; Jib itself has no way to ask for a variant.
# Seen: the first one is taken, and variant is in neither list nor config. Clients read linux/arm as
# v7, so that a v6 machine finds an image of the base and none of what was built on its v6 image.
#
#   base: arm/v6 arm/v7, linux/arm/v6 found
#   app: arm, with the layer of arm/v6, linux/arm/v6 not found
#   config: variant in the base, none in the app
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
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
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.nio.file.Path;
import java.util.*;

class Build {
    public static void main(String[] args) throws Exception {
        Containerizer target = Containerizer.to(RegistryImage.named(args[1])).setAllowInsecureRegistries(true)
            .setBaseImageLayersCache(Path.of("cache")).setApplicationLayersCache(Path.of("cache"));
        Set<Platform> platforms = new LinkedHashSet<>(List.of(new Platform("arm", "linux"), new Platform("amd64", "linux")));
        Jib.from(args[0]).setPlatforms(platforms).setProgramArguments("app").containerize(target);
        System.exit(0);
    }
}
X
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
for platform in arm/v6 arm/v7 amd64; do
  tag=${platform//\//}; echo "$tag" > "of-$tag"
  bin/crane append --oci-empty-base -f <(tar cf - "of-$tag") -t "$HOST/base:$tag" > crane.log 2>&1
  bin/crane mutate "$HOST/base:$tag" --set-platform "linux/$platform" -t "$HOST/base:$tag" > crane.log 2>&1
done
bin/oras manifest index create --plain-http "$HOST/base:1" armv6 armv7 amd64 > oras.log
java -cp 'jars/*' Build.java "$HOST/base:1" "$HOST/app:1" > jib.log 2>&1
arms() { bin/crane manifest "$HOST/$1:1" | python3 -c '
import json, sys
platforms = [entry["platform"] for entry in json.load(sys.stdin)["manifests"]]
print(*["/".join(filter(None, (p["architecture"], p.get("variant")))) for p in platforms if p["architecture"] == "arm"])'; }
found() { if bin/regctl --host "reg=$HOST,tls=disabled" image digest --platform linux/arm/v6 "$HOST/$1:1" > regctl.log 2>&1; then echo found; else grep -q 'platform not found' regctl.log && echo "not found"; fi; }
first() { bin/crane manifest "$HOST/$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["layers"][0]["digest"])'; }
APP=app@$(bin/crane manifest "$HOST/app:1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["manifests"][0]["digest"])')
layer() { for tag in armv6 armv7; do [ "$(first "$APP")" != "$(first "base:$tag")" ] || echo "arm/${tag#arm}"; done; }
variant() { bin/crane config "$HOST/$1" | python3 -c 'import json, sys; print("variant" if "variant" in json.load(sys.stdin) else "none")'; }
{
  echo "base: $(arms base), linux/arm/v6 $(found base)"
  echo "app: $(arms app), with the layer of $(layer), linux/arm/v6 $(found app)"
  echo "config: $(variant base:armv6) in the base, $(variant "$APP") in the app"
} > seen
diff - seen <<'X'
base: arm/v6 arm/v7, linux/arm/v6 found
app: arm, with the layer of arm/v6, linux/arm/v6 not found
config: variant in the base, none in the app
X
cat seen
