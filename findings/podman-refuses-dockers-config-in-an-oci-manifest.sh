#!/usr/bin/env bash
# go.podman.io/image v5.42.1 (podman, CRI-O, skopeo), containerd v2.4.2 (core/images), Go 1.26.8.
#
# Expected: an OCI manifest whose config has Docker's type (`application/vnd.docker.container.image.
# v1+json`, byte for byte the same config) is an image to every engine, as Docker's list may hold OCI
# manifests and the other way round: containerd, and with it Docker and Kubernetes, runs it.
# Seen: containers/image does not read it, so podman pull fails (4.3.1 calls it an artifact), while
# skopeo copies it without a word.
#
#   containerd: the config is an image's, 1 diff ID
#   containers/image: invalid mixed OCI image with Docker v2s2 config ("application/vnd.docker.container.image.v1+json")
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > layout.py <<'X'
import hashlib, json, os
os.makedirs("layout/blobs/sha256")

def blob(kind, body):
    name = hashlib.sha256(body).hexdigest()
    open(f"layout/blobs/sha256/{name}", "wb").write(body)
    return {"mediaType": kind, "digest": f"sha256:{name}", "size": len(body)}

layer = blob("application/vnd.oci.image.layer.v1.tar", bytes(10240))
config = {"os": "linux", "architecture": "amd64", "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
config = blob("application/vnd.docker.container.image.v1+json", json.dumps(config).encode())
oci = "application/vnd.oci.image.manifest.v1+json"
image = blob(oci, json.dumps({"schemaVersion": 2, "mediaType": oci, "config": config, "layers": [layer]}).encode())
json.dump({"imageLayoutVersion": "1.0.0"}, open("layout/oci-layout", "w"))
json.dump({"schemaVersion": 2, "manifests": [image]}, open("layout/index.json", "w"))
print(config["digest"])
X
CONFIG=$(python3 layout.py)
mkdir src && cd src
printf 'module finding\ngo 1.26\n' > go.mod
cat > main.go <<'X'
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/containerd/containerd/v2/core/images"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"go.podman.io/image/v5/oci/layout"
)

func main() {
	ctx := context.Background()
	// A layout's folder is that of containerd's store of content.
	store, err := local.NewStore("../layout")
	check(err)
	config := ocispec.Descriptor{MediaType: images.MediaTypeDockerSchema2Config, Digest: digest.Digest(os.Args[1])}
	if !images.IsConfigType(config.MediaType) {
		panic("containerd does not know the type")
	}
	ids, err := images.RootFS(ctx, store, config)
	check(err)
	fmt.Printf("containerd: the config is an image's, %d diff ID\n", len(ids))
	reference, err := layout.ParseReference("../layout")
	check(err)
	image, err := reference.NewImage(ctx, nil)
	check(err)
	_, err = image.OCIConfig(ctx)
	fmt.Println("containers/image:", err)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
X
export GOFLAGS=-mod=mod
go get github.com/containerd/containerd/v2@v2.4.2 go.podman.io/image/v5@v5.42.1 > ../go.log 2>&1 || { cat ../go.log; exit 1; }
go build -tags "containers_image_openpgp exclude_graphdriver_btrfs" -o ../finding . 2> ../go.log || { cat ../go.log; exit 1; }
../finding "$CONFIG" > ../seen
cd "$T"
diff - seen <<'X'
containerd: the config is an image's, 1 diff ID
containers/image: invalid mixed OCI image with Docker v2s2 config ("application/vnd.docker.container.image.v1+json")
X
cat seen
