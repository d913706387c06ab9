#!/usr/bin/env bash
# regctl 0.11.7 (regclient), estargz v0.19.1 (the library by which the stargz snapshotter reads layers),
# crane 0.22.1 for its registry (Go 1.26.8).
#
# Expected: `regctl image mod` that writes a layer anew (other times, files taken out, other
# compression) writes a description of the new layer: annotations that speak of the old bytes go, as
# they go in `crane flatten`.
# Seen: an eStargz layer becomes an ordinary one, and its annotation with the digest of the table of
# contents stays, exit 0. The image still says that it can be read file by file, and the library that
# does so does not open the layer.
#
#   before: tar+gzip, toc.digest there, opens and verifies
#   --layer-time: tar+gzip, toc.digest there, does not open
#   --layer-strip-file: tar+gzip, toc.digest there, does not open
#   --layer-compress zstd: tar+zstd, toc.digest there, does not open
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
mkdir stargz && cat > stargz/go.mod <<'X'
module finding
go 1.26
X
cat > stargz/main.go <<'X'
// `write FILE` makes an eStargz layer and prints the digest of its table; `read FILE DIGEST` opens one
// as the snapshotter does, and verifies that table.
package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/opencontainers/go-digest"
)

func main() {
	if os.Args[1] == "write" {
		var plain bytes.Buffer
		archive := tar.NewWriter(&plain)
		for _, name := range []string{"app", "doc"} {
			archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: 5})
			archive.Write([]byte("hello"))
		}
		archive.Close()
		blob, err := estargz.Build(io.NewSectionReader(bytes.NewReader(plain.Bytes()), 0, int64(plain.Len())))
		if err != nil {
			panic(err)
		}
		layer, _ := io.ReadAll(blob)
		os.WriteFile(os.Args[2], layer, 0o644)
		fmt.Println(blob.TOCDigest())
		return
	}
	layer, _ := os.ReadFile(os.Args[2])
	reader, err := estargz.Open(io.NewSectionReader(bytes.NewReader(layer), 0, int64(len(layer))))
	if err != nil {
		fmt.Println("does not open")
	} else if _, err := reader.VerifyTOC(digest.Digest(os.Args[3])); err != nil {
		fmt.Println("opens, and does not verify")
	} else {
		fmt.Println("opens and verifies")
	}
}
X
(cd stargz && go get github.com/containerd/stargz-snapshotter/estargz@v0.19.1 2>/dev/null && go build -o ../bin/stargz .)
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
TOC=$(bin/stargz write layer.tgz)
bin/crane append --oci-empty-base -f layer.tgz -t "$HOST/app:plain" > crane.log 2>&1
bin/crane manifest "$HOST/app:plain" | python3 -c '
import json, sys
manifest = json.load(sys.stdin)
manifest["layers"][0]["annotations"] = {"containerd.io/snapshot/stargz/toc.digest": sys.argv[1]}
print(json.dumps(manifest), end="")' "$TOC" > manifest.json
curl -sf -X PUT -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary @manifest.json "http://$HOST/v2/app/manifests/1"
mod() { bin/regctl --host "reg=$HOST,tls=disabled" image mod "$HOST/app:1" --create "$HOST/app:$1" "${@:2}" > regctl.log 2>&1; }
mod time --layer-time set=2020-01-01T00:00:00Z
mod strip --layer-strip-file doc
mod zstd --layer-compress zstd
said() { # WORDS, TAG
  local kind toc digest opens
  read -r kind digest toc < <(bin/crane manifest "$HOST/app:$2" | python3 -c '
import json, sys
layer = json.load(sys.stdin)["layers"][0]
print(layer["mediaType"].rsplit(".", 1)[1], layer["digest"], layer.get("annotations", {}).get("containerd.io/snapshot/stargz/toc.digest", "gone"))')
  bin/crane blob "$HOST/app@$digest" > layer
  opens=$(bin/stargz read layer "$TOC")
  [ "$toc" != "$TOC" ] || toc=there
  echo "$1: $kind, toc.digest $toc, $opens"
}
{
  said before 1
  said --layer-time time
  said --layer-strip-file strip
  said "--layer-compress zstd" zstd
} > seen
diff - seen <<'X'
before: tar+gzip, toc.digest there, opens and verifies
--layer-time: tar+gzip, toc.digest there, does not open
--layer-strip-file: tar+gzip, toc.digest there, does not open
--layer-compress zstd: tar+zstd, toc.digest there, does not open
X
cat seen
