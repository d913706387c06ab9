#!/usr/bin/env bash
# k8s.io/kubernetes v1.37.2 (pkg/credentialprovider, by which the kubelet finds pull secrets, and pkg/util/parsers),
# github.com/google/go-containerregistry v0.22.1 with its pkg/authn/kubernetes of 2026-02-24 (by which controllers in a
# cluster find them, those that verify images or run builds among others), Go 1.26.8.
#
# Expected: a pull secret with which a node pulls `team/app` lets a controller in the cluster read it too: the keychain
# of the second is written after the kubelet's code.
# Seen: to the kubelet the image is docker.io/team/app, to the other index.docker.io/team/app. A secret for docker.io
# (`kubectl create secret docker-registry --docker-server=docker.io`), or for docker.io/team, is found by the
# kubelet alone, one for index.docker.io/team or *.docker.io by the other alone; both find index.docker.io, for
# which the kubelet has a rule.
#
#   https://index.docker.io/v1/: kubelet found, go-containerregistry found
#   docker.io: kubelet found, go-containerregistry not found
#   docker.io/team: kubelet found, go-containerregistry not found
#   index.docker.io/team: kubelet not found, go-containerregistry found
#   *.docker.io: kubelet not found, go-containerregistry found
#   registry.example/team: kubelet found, go-containerregistry found
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
cat > main.go <<'X'
package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/go-containerregistry/pkg/authn"
	keychain "github.com/google/go-containerregistry/pkg/authn/kubernetes"
	"github.com/google/go-containerregistry/pkg/name"
	"k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/credentialprovider"
	"k8s.io/kubernetes/pkg/util/parsers"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func kubelet(secret []byte, image string) bool {
	var config credentialprovider.DockerConfigJSON
	if err := json.Unmarshal(secret, &config); err != nil {
		panic(err)
	}
	repository, _, _, err := parsers.ParseImageName(image)
	if err != nil {
		panic(err)
	}
	keyring := &credentialprovider.BasicDockerKeyring{}
	keyring.Add(nil, config.Auths)
	_, found := keyring.Lookup(repository)
	return found
}

func registry(secret []byte, image string) bool {
	keys := must(keychain.NewFromPullSecrets(context.Background(), []v1.Secret{{
		Type: v1.SecretTypeDockerConfigJson, Data: map[string][]byte{v1.DockerConfigJsonKey: secret},
	}}))
	return must(keys.Resolve(must(name.ParseReference(image)).Context())) != authn.Anonymous
}

func main() {
	words := map[bool]string{true: "found", false: "not found"}
	for _, it := range [][2]string{
		{"https://index.docker.io/v1/", "team/app"}, {"docker.io", "team/app"}, {"docker.io/team", "team/app"},
		{"index.docker.io/team", "team/app"}, {"*.docker.io", "team/app"}, {"registry.example/team", "registry.example/team/app"},
	} {
		login := map[string]string{"username": "user", "password": "password"}
		secret := must(json.Marshal(map[string]any{"auths": map[string]any{it[0]: login}}))
		fmt.Printf("%s: kubelet %s, go-containerregistry %s\n", it[0], words[kubelet(secret, it[1])], words[registry(secret, it[1])])
	}
}
X
# The module takes its parts from folders of its own repository, which are beside it as modules.
where=$(go mod download -json k8s.io/kubernetes@v1.37.2 | python3 -c 'import json, sys; print(json.load(sys.stdin)["GoMod"])')
{
  printf 'module finding\ngo 1.26\n'
  sed -n 's|^\s*\(k8s.io/\S*\) => ./staging.*|replace \1 => \1 v0.37.2|p' "$where"
} > go.mod
go get k8s.io/kubernetes@v1.37.2 github.com/google/go-containerregistry@v0.22.1 \
  github.com/google/go-containerregistry/pkg/authn/kubernetes@v0.0.0-20260224031529-85f2bf5f7303 2>/dev/null
go mod tidy 2>/dev/null
go build -o find . 2> build.log || { cat build.log; exit 1; }
./find > seen
diff - seen <<'X'
https://index.docker.io/v1/: kubelet found, go-containerregistry found
docker.io: kubelet found, go-containerregistry not found
docker.io/team: kubelet found, go-containerregistry not found
index.docker.io/team: kubelet not found, go-containerregistry found
*.docker.io: kubelet not found, go-containerregistry found
registry.example/team: kubelet found, go-containerregistry found
X
cat seen
