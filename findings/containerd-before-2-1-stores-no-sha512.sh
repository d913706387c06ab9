#!/usr/bin/env bash
# containerd v1.7.28, v2.0.5 and v2.4.2 (plugins/content/local, content/local before 2.0), Go 1.26.8.
#
# Expected: containerd, which parses sha512 digests and is given one by a manifest, keeps content
# under it; image-spec v1.1 registers sha512 beside sha256.
# Seen: before 2.1 the store hashes what arrives by sha256 whatever digest it was asked for, and then
# refuses content that is right, as if it were damaged: an image with one sha512 layer cannot be pulled.
#
#   v1.7.28: sha256 stored, sha512 unexpected commit digest
#   v2.0.5: sha256 stored, sha512 unexpected commit digest
#   v2.4.2: sha256 stored, sha512 stored
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOFLAGS=-mod=mod
write() { # folder, module, version, packages of the store and of the content
  mkdir -p "$1" && cd "$1"
  printf 'module finding\ngo 1.26\n' > go.mod
  cat > main.go <<X
package main

import (
	"bytes"
	"context"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"
	"os"
	"strings"

	"$5"
	"$4"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

func main() {
	fmt.Printf("$3: sha256 %s, sha512 %s\n", kept(digest.SHA256), kept(digest.SHA512))
}

func kept(algorithm digest.Algorithm) string {
	folder, err := os.MkdirTemp(".", "store")
	check(err)
	store, err := local.NewStore(folder)
	check(err)
	layer := []byte("a layer")
	descriptor := ocispec.Descriptor{Digest: algorithm.FromBytes(layer), Size: int64(len(layer))}
	err = content.WriteBlob(context.Background(), store, "layer", bytes.NewReader(layer), descriptor)
	switch {
	case err == nil:
		return "stored"
	case strings.Contains(err.Error(), "unexpected commit digest"):
		return "unexpected commit digest"
	default:
		return err.Error()
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
X
  go get "$2@$3" > ../go.log 2>&1 || { cat ../go.log; exit 1; }
  go build -o finding . 2> ../go.log || { cat ../go.log; exit 1; }
  ./finding >> ../seen
  cd ..
}
V1=github.com/containerd/containerd V2=github.com/containerd/containerd/v2
write one "$V1" v1.7.28 "$V1/content/local" "$V1/content"
write two "$V2" v2.0.5 "$V2/plugins/content/local" "$V2/core/content"
write new "$V2" v2.4.2 "$V2/plugins/content/local" "$V2/core/content"
diff - seen <<'X'
v1.7.28: sha256 stored, sha512 unexpected commit digest
v2.0.5: sha256 stored, sha512 unexpected commit digest
v2.4.2: sha256 stored, sha512 stored
X
cat seen
