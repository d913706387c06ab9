#!/usr/bin/env bash
# github.com/google/osv-scalibr v0.5.3 (artifact/image/layerscanning, by which OSV-Scanner reads images), containerd
# v2.4.2 (pkg/archive, one folder, as the native snapshotter unpacks), crane 0.22.1 and its registry, Go 1.26.8.
#
# Expected: what a layer deleted is not in the image that is scanned, as it is not in a container of the image nor in
# `crane export`.
# Seen: a file is gone, and a folder too while nobody makes it anew. A folder that a later layer makes again has its old
# files again, as if there had been no whiteout; and an opaque whiteout (.wh..wh..opq, as podman and overlay write
# `rm -rf d && mkdir d` of one step) hides nothing: what is found in such files is of no file of the image.
#
#   deleted: containerd other, crane other, scalibr other
#   deleted, made anew later: containerd d/new, crane d/new, scalibr d/new d/old
#   made anew in one layer: containerd d/new, crane d/new, scalibr d/new d/old
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/containerd/containerd/v2/pkg/archive"
	"github.com/google/osv-scalibr/artifact/image/layerscanning/image"
)

func files(root fs.FS) string {
	var names []string
	if err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, filepath.ToSlash(name))
		}
		return err
	}); err != nil {
		panic(err)
	}
	return strings.Join(names, " ")
}

// The image as `crane pull` wrote it, and its layers one by one.
func main() {
	folder, err := os.MkdirTemp(".", "unpacked-")
	if err != nil {
		panic(err)
	}
	for _, name := range os.Args[2:] {
		layer, err := os.Open(name)
		if err != nil {
			panic(err)
		}
		if _, err := archive.Apply(context.Background(), folder, layer, archive.WithNoSameOwner()); err != nil {
			panic(err)
		}
	}
	scanned, err := image.FromTarball(os.Args[1], image.DefaultConfig())
	if err != nil {
		panic(err)
	}
	defer scanned.CleanUp()
	fmt.Println(files(os.DirFS(folder)))
	fmt.Println(files(scanned.FS()))
}
X
go get github.com/google/osv-scalibr@v0.5.3 github.com/containerd/containerd/v2@v2.4.2 2>/dev/null
go mod tidy 2>/dev/null
go build -o read .
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
cat > layers.py <<'X'
import io, sys, tarfile
for number, names in enumerate(sys.argv[1:]):
    with tarfile.open(f"{number}.tar", "w") as tar:
        for name in names.split():
            member = tarfile.TarInfo(name.rstrip("/"))
            if name.endswith("/"):
                member.type, member.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(member)
    print(f"{number}.tar")
X
# $1 what is shown; the rest are the layers, each a list of names
show() {
  local layers flags=() layer read exported
  mapfile -t layers < <(python3 layers.py "${@:2}")
  for layer in "${layers[@]}"; do flags+=(-f "$layer"); done
  bin/crane append --oci-empty-base "${flags[@]}" -t "$HOST/app:1" > crane.log 2>&1
  bin/crane pull "$HOST/app:1" image.tar
  mapfile -t read < <(./read image.tar "${layers[@]}" 2> read.log)
  exported=$(bin/crane export "$HOST/app:1" - | python3 -c 'import sys, tarfile
print(*sorted(member.name for member in tarfile.open(fileobj=sys.stdin.buffer, mode="r|") if member.isfile()))')
  echo "$1: containerd ${read[0]}, crane $exported, scalibr ${read[1]}"
}
{
  show "deleted" "d/ d/old other" ".wh.d"
  show "deleted, made anew later" "d/ d/old" ".wh.d" "d/ d/new"
  show "made anew in one layer" "d/ d/old" "d/ d/.wh..wh..opq d/new"
} > seen
diff - seen <<'X'
deleted: containerd other, crane other, scalibr other
deleted, made anew later: containerd d/new, crane d/new, scalibr d/new d/old
made anew in one layer: containerd d/new, crane d/new, scalibr d/new d/old
X
cat seen
