#!/usr/bin/env bash
# github.com/distribution/reference v0.6.0, github.com/google/go-containerregistry v0.22.1,
# github.com/regclient/regclient v0.11.7, oras.land/oras-go/v2 v2.7.0 (Go 1.26.8).
#
# Expected: `registry-1.docker.io`, the host that serves Docker Hub, means Docker Hub to all
# clients, as `index.docker.io` does; or to none of them.
# Seen: regclient reads `registry-1.docker.io/alpine` as docker.io's library/alpine. Docker and
# crane ask that host for a repository `alpine`, which Docker Hub does not have (official images
# are below library/), and look for credentials under another name. oras adds `library/` to
# neither name, so that `oras pull docker.io/alpine` asks for `alpine` too.
#
#   registry-1.docker.io/alpine  docker registry-1.docker.io alpine | crane the same | regclient docker.io library/alpine
#   index.docker.io/alpine       docker docker.io library/alpine | crane index.docker.io library/alpine | regclient docker.io library/alpine
#   docker.io/alpine             oras asks registry-1.docker.io for alpine
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
	for _, text := range []string{"registry-1.docker.io/alpine", "index.docker.io/alpine", "docker.io/alpine"} {
		docker, err := reference.ParseNormalizedNamed(text)
		check(err)
		crane, err := name.ParseReference(text)
		check(err)
		regclient, err := ref.New(text)
		check(err)
		oras, err := registry.ParseReference(text)
		check(err)
		fmt.Printf("%s: docker %s %s, crane %s %s, regclient %s %s, oras %s %s\n", text,
			reference.Domain(docker), reference.Path(docker),
			crane.Context().RegistryStr(), crane.Context().RepositoryStr(),
			regclient.Registry, regclient.Repository, oras.Host(), oras.Repository)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
X
go get github.com/distribution/reference@v0.6.0 github.com/google/go-containerregistry@v0.22.1 \
  github.com/regclient/regclient@v0.11.7 oras.land/oras-go/v2@v2.7.0 2>/dev/null
go run . > seen
diff - seen <<'X'
registry-1.docker.io/alpine: docker registry-1.docker.io alpine, crane registry-1.docker.io alpine, regclient docker.io library/alpine, oras registry-1.docker.io alpine
index.docker.io/alpine: docker docker.io library/alpine, crane index.docker.io library/alpine, regclient docker.io library/alpine, oras index.docker.io alpine
docker.io/alpine: docker docker.io library/alpine, crane index.docker.io library/alpine, regclient docker.io library/alpine, oras registry-1.docker.io alpine
X
cat seen
