#!/usr/bin/env bash
# docker/cli v29.9.3, github.com/google/go-containerregistry v0.22.1, oras.land/oras-go/v2 v2.7.0,
# github.com/regclient/regclient v0.11.7 (Go 1.26.8), docker (the Python client) 7.2.0.
#
# Expected: the login of registry.example that config.json keeps under `https://registry.example/v1/` (a
# pull secret that was made with that server name has such a key) is found by all who read the file, or
# by none.
# Seen: the path is cut off by all but regclient, which finds the key without a path only; regctl asks
# without a login then, and no message names the key.
#
#   registry.example              docker user, crane user, oras user, regclient user, docker-py user
#   https://registry.example      docker user, crane user, oras user, regclient user, docker-py user
#   https://registry.example/v1/  docker user, crane user, oras user, regclient none, docker-py user
#   https://registry.example/v2/  docker user, crane user, oras user, regclient none, docker-py user
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOFLAGS=-mod=mod
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/docker/cli/cli/config"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	regclient "github.com/regclient/regclient/config"
	"oras.land/oras-go/v2/registry/remote/credentials"
)

const host = "registry.example"

func orNone(user string) string {
	if user == "" {
		return "none"
	}
	return user
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	folder := os.Getenv("DOCKER_CONFIG")
	file := filepath.Join(folder, "config.json")
	docker := must(must(config.Load(folder)).GetAuthConfig(host)).Username
	repository := must(name.NewRepository(host + "/app"))
	crane := must(must(authn.DefaultKeychain.Resolve(repository)).Authorization()).Username
	oras := must(must(credentials.NewStore(file, credentials.StoreOptions{})).Get(context.Background(), host)).Username
	found := ""
	for _, each := range must(regclient.DockerLoadFile(file)) {
		if each.Name == host {
			found = each.User
		}
	}
	fmt.Printf("docker %s, crane %s, oras %s, regclient %s", orNone(docker), orNone(crane), orNone(oras), orNone(found))
}
X
go get github.com/docker/cli@v29.9.3+incompatible github.com/google/go-containerregistry@v0.22.1 \
  github.com/regclient/regclient@v0.11.7 oras.land/oras-go/v2@v2.7.0 2>/dev/null
go build -o by-go . 2> go.log || { cat go.log; exit 1; }
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install docker==7.2.0
cat > by.py <<'X'
import os
from docker import auth
config = auth.load_config(os.environ["DOCKER_CONFIG"] + "/config.json")
print("docker-py", (auth.resolve_authconfig(config, "registry.example") or {}).get("username", "none"))
X
export DOCKER_CONFIG=$T/docker; mkdir docker
for key in registry.example https://registry.example https://registry.example/v1/ https://registry.example/v2/; do
  echo "{\"auths\": {\"$key\": {\"auth\": \"dXNlcjp3b3Jk\"}}}" > docker/config.json
  echo "$key $(./by-go), $(env/bin/python by.py)"
done > seen
diff - seen <<'X'
registry.example docker user, crane user, oras user, regclient user, docker-py user
https://registry.example docker user, crane user, oras user, regclient user, docker-py user
https://registry.example/v1/ docker user, crane user, oras user, regclient none, docker-py user
https://registry.example/v2/ docker user, crane user, oras user, regclient none, docker-py user
X
cat seen
