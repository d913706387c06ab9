#!/usr/bin/env bash
# ORAS Java SDK 0.7.0 (land.oras:oras-java-sdk, Java 17), github.com/distribution/reference v0.6.0,
# oras.land/oras-go/v2 v2.7.0 (Go 1.26.8).
#
# Expected: `localhost/app` is the registry on this machine, as Docker's grammar has it for this one
# name without dot and port, and as podman names every image that it builds; the SDK's own counterpart
# in Go reads it so.
# Seen: to the SDK it is the repository `localhost/app` on Docker Hub. With a port, it is the registry.
#
#   localhost/app       docker localhost app       oras-go localhost app       oras-java docker.io localhost/app
#   localhost:5000/app  docker localhost:5000 app  oras-go localhost:5000 app  oras-java localhost:5000 app
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>land.oras</groupId><artifactId>oras-java-sdk</artifactId><version>0.7.0</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat > Names.java <<'X'
import land.oras.ContainerRef;

class Names {
    public static void main(String[] args) {
        for (String name : args) {
            ContainerRef ref = ContainerRef.parse(name);
            System.out.printf("%s oras-java %s %s%n", name, ref.getRegistry(), ref.getFullRepository());
        }
    }
}
X
mkdir src && cat > src/go.mod <<'X'
module finding
go 1.26
X
cat > src/main.go <<'X'
package main

import (
	"fmt"
	"os"

	"github.com/distribution/reference"
	"oras.land/oras-go/v2/registry"
)

func main() {
	for _, name := range os.Args[1:] {
		docker, err := reference.ParseNormalizedNamed(name)
		if err != nil {
			panic(err)
		}
		oras, err := registry.ParseReference(name)
		if err != nil {
			panic(err)
		}
		fmt.Println(name, "docker", reference.Domain(docker), reference.Path(docker), "oras-go", oras.Registry, oras.Repository)
	}
}
X
(cd src && go get github.com/distribution/reference@v0.6.0 oras.land/oras-go/v2@v2.7.0 2>/dev/null && go build -o ../by-go .)
{
  ./by-go localhost/app localhost:5000/app
  java -cp 'jars/*' Names.java localhost/app localhost:5000/app 2> java.log
} > seen
diff - seen <<'X'
localhost/app docker localhost app oras-go localhost app
localhost:5000/app docker localhost:5000 app oras-go localhost:5000 app
localhost/app oras-java docker.io localhost/app
localhost:5000/app oras-java localhost:5000 app
X
cat seen
