#!/usr/bin/env bash
# go.podman.io/common v0.69.0 (pkg/libartifact, which is `podman artifact`; Go 1.26.8), oras 1.3.6, on crane 0.22.1's
# registry.
#
# Expected: `podman artifact pull` and `extract` give the files that `oras push` put into an artifact, as `oras pull` gives
# them: both name a file by the annotation org.opencontainers.image.title.
# Seen: a title with a folder in it, which oras writes for each file below the one where it is called, is an error, and
# the files after it are not extracted either. A folder that was pushed as one comes out as a file of its name,
# which is the archive. And of an artifact without files podman makes one, the two bytes of its empty layer.
#
#   a.txt: oras pull a.txt; podman extract a.txt
#   sub/b.txt a.txt: oras pull a.txt sub/b.txt; podman extract nothing (invalid name: "sub/b.txt" cannot contain /)
#   folder: oras pull folder/c.txt; podman extract folder (gzip)
#   nothing: oras pull nothing; podman extract sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
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

	"go.podman.io/common/libimage"
	"go.podman.io/common/pkg/libartifact"
	artifacts "go.podman.io/common/pkg/libartifact/types"
	"go.podman.io/image/v5/types"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// `podman artifact pull NAME` and `podman artifact extract NAME FOLDER`.
func main() {
	policy := must(filepath.Abs("policy.json"))
	store := must(libartifact.NewArtifactStore(must(filepath.Abs("store")), &types.SystemContext{SignaturePolicyPath: policy}))
	options := libimage.CopyOptions{SignaturePolicyPath: policy, InsecureSkipTLSVerify: types.OptionalBoolTrue}
	name := must(libartifact.NewArtifactReference(os.Args[1]))
	must(store.Pull(context.Background(), name, options))
	err := store.Extract(context.Background(), name.ToArtifactStoreReference(), os.Args[2], &artifacts.ExtractOptions{})
	if err != nil {
		fmt.Println(err)
	}
}
X
echo '{"default": [{"type": "insecureAcceptAnything"}]}' > policy.json
go get go.podman.io/common@v0.69.0 2>/dev/null
go mod tidy 2>/dev/null
go build -tags "containers_image_openpgp exclude_graphdriver_btrfs" -o podman-artifact .
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
mkdir -p files/sub files/folder
for name in a.txt sub/b.txt folder/c.txt; do echo "$name" > "files/$name"; done
# $1 the tag, the rest are the files
show() {
  local by_oras=$T/$1.oras by_podman=$T/$1.podman said list
  mkdir "$by_oras" "$by_podman"
  (cd files && "$GOBIN/oras" push --plain-http --artifact-type application/vnd.example "$HOST/app:$1" "${@:2}" > "$T/oras.log" 2>&1)
  bin/oras pull --plain-http -o "$by_oras" "$HOST/app:$1" > oras.log 2>&1
  said=$(./podman-artifact "$HOST/app:$1" "$by_podman" 2> podman.log | sed 's/: artifact.*//')
  list() { (cd "$1" && find . -type f | sed 's|^./||' | sort | paste -sd ' '); }
  echo -n "$(IFS=' '; echo "${*:2}" | grep . || echo nothing): oras pull $(list "$by_oras" | grep . || echo nothing); "
  echo -n "podman extract $(list "$by_podman" | grep . || echo nothing)${said:+ ($said)}"
  [ "$1" != three ] || python3 -c 'import sys; print(" (gzip)" if open(sys.argv[1], "rb").read(2) == b"\x1f\x8b" else "", end="")' "$by_podman/folder"
  echo
}
{
  show one a.txt
  show two sub/b.txt a.txt
  show three folder
  show four
} > seen
diff - seen <<'X'
a.txt: oras pull a.txt; podman extract a.txt
sub/b.txt a.txt: oras pull a.txt sub/b.txt; podman extract nothing (invalid name: "sub/b.txt" cannot contain /)
folder: oras pull folder/c.txt; podman extract folder (gzip)
nothing: oras pull nothing; podman extract sha256-44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
X
cat seen
