#!/usr/bin/env bash
# cosign 3.1.3 and go.podman.io/image v5.42.1 (podman, skopeo, CRI-O), on crane 0.22.1's registry (Go
# 1.26.8).
#
# Expected: a policy.json with `sigstoreSigned` and the public key, of which containers-policy.json(5)
# says that it takes signatures by cosign, accepts an image that `cosign sign --key` signed.
# Seen: what cosign 3 writes by default, a bundle among the referrers, is not looked for: "A signature
# was required, but no signature exists". The same key and image in cosign's older form
# (--new-bundle-format=false, which cosign calls deprecated) is accepted.
#
#   bundle: image refuses, A signature was required, but no signature exists
#   older: image accepts
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 COSIGN_PASSWORD=
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
# No service is asked: neither a log nor a clock nor sigstore's roots.
bin/cosign signing-config create --out services.json
bin/cosign trusted-root create --out roots.json
old() { bin/cosign sign --key "$1.key" --new-bundle-format=false --use-signing-config=false --tlog-upload=false -y "$2" > cosign.log 2>&1; }
new() { bin/cosign sign --key "$1.key" --signing-config services.json --trusted-root roots.json -y "$2" > cosign.log 2>&1; }
bin/cosign generate-key-pair > cosign.log 2>&1
for name in bundle older; do bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/$name:1" > crane.log 2>&1; done
digest=$(bin/crane digest "$HOST/bundle:1")
new cosign "$HOST/bundle@$digest"
old cosign "$HOST/older@$(bin/crane digest "$HOST/older:1")"
for name in bundle older; do bin/cosign verify --key cosign.pub --insecure-ignore-tlog "$HOST/$name:1" > cosign.log 2>&1; done
mkdir registries.d policy
echo 'default-docker: {use-sigstore-attachments: true}' > registries.d/default.yaml
echo "{\"default\": [{\"type\": \"sigstoreSigned\", \"keyPath\": \"$T/cosign.pub\", \"signedIdentity\": {\"type\": \"matchRepository\"}}]}" > policy.json
cd policy
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

	"go.podman.io/image/v5/docker"
	"go.podman.io/image/v5/image"
	"go.podman.io/image/v5/signature"
	"go.podman.io/image/v5/types"
)

func main() {
	policy, err := signature.NewPolicyFromFile("../policy.json")
	check(err)
	policies, err := signature.NewPolicyContext(policy)
	check(err)
	system := &types.SystemContext{RegistriesDirPath: "../registries.d", DockerInsecureSkipTLSVerify: types.OptionalBoolTrue}
	for _, name := range []string{"bundle", "older"} {
		reference, err := docker.ParseReference("//" + os.Args[1] + "/" + name + ":1")
		check(err)
		source, err := reference.NewImageSource(context.Background(), system)
		check(err)
		if _, err := policies.IsRunningImageAllowed(context.Background(), image.UnparsedInstance(source, nil)); err != nil {
			fmt.Printf("%s: image refuses, %v\n", name, err)
		} else {
			fmt.Printf("%s: image accepts\n", name)
		}
		check(source.Close())
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
X
export GOFLAGS=-mod=mod
go get go.podman.io/image/v5@v5.42.1 2>/dev/null
go run -tags containers_image_openpgp . "$HOST" 2> ../go.log > ../seen || { cat ../go.log; exit 1; }
cd "$T"
diff - seen <<'X'
bundle: image refuses, A signature was required, but no signature exists
older: image accepts
X
cat seen
