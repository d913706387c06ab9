#!/usr/bin/env bash
# github.com/distribution/reference v0.6.0, github.com/google/go-containerregistry v0.22.1,
# github.com/regclient/regclient v0.11.7, oras.land/oras-go/v2 v2.7.0 (Go 1.26.8).
#
# Expected: `my_registry:5000/app`, the name of a Compose service and its port, is a registry to
# all clients or to none.
# Seen: crane and oras push to it; Docker and regclient say that it is not a reference. Without a
# port, `my_registry/app`, it is a repository on Docker Hub to all but oras.
#
#   my_registry:5000/app  docker error, regclient error, crane my_registry:5000, oras my_registry:5000
#   my_registry/app       docker docker.io, regclient docker.io, crane index.docker.io, oras my_registry
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > go.mod <<'X'
module finding
go 1.24
X
cat > main.go <<'X'
package main

import (
	"fmt"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/regclient/regclient/types/ref"
	"oras.land/oras-go/v2/registry"
)

func main() {
	for _, text := range []string{"my_registry:5000/app", "my_registry/app"} {
		docker, regclient, crane, oras := "error", "error", "error", "error"
		if named, err := reference.ParseNormalizedNamed(text); err == nil {
			docker = reference.Domain(named)
		}
		if named, err := ref.New(text); err == nil {
			regclient = named.Registry
		}
		if named, err := name.ParseReference(text); err == nil {
			crane = named.Context().RegistryStr()
		}
		if named, err := registry.ParseReference(text); err == nil {
			oras = named.Registry
		}
		fmt.Printf("%s docker %s regclient %s crane %s oras %s\n", text, docker, regclient, crane, oras)
	}
}
X
go get github.com/distribution/reference@v0.6.0 github.com/google/go-containerregistry@v0.22.1 \
  github.com/regclient/regclient@v0.11.7 oras.land/oras-go/v2@v2.7.0 2>/dev/null
go run . > seen
diff - seen <<'X'
my_registry:5000/app docker error regclient error crane my_registry:5000 oras my_registry:5000
my_registry/app docker docker.io regclient docker.io crane index.docker.io oras my_registry
X
cat seen
