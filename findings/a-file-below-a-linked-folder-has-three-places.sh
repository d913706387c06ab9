#!/usr/bin/env bash
# containerd v2.4.2 (pkg/archive), crane 0.22.1 (go-containerregistry; its own registry served), Go
# 1.26.8.
#
# Expected: a layer of tools that write tar files (crane append, ko, Jib, Bazel's rules) with lib/b, on
# a base with the link lib -> usr/lib (every merged-/usr distribution has it), is one file system.
# Seen: it is three. Applied in one folder, as the native snapshotter does, b comes to usr/lib/b. For
# overlay the layer is unpacked apart, and a real folder lib with b alone hides the link: /lib/a is no
# longer there. `crane flatten` writes lib/b first and the link behind it, and unpacking that puts the
# link in the place of the folder: b is gone.
#
#   one folder: lib -> usr/lib, usr/lib/a, usr/lib/b
#   overlay: lower lib -> usr/lib, usr/lib/a; upper lib/b
#   flattened: lib -> usr/lib, usr/lib/a
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
cat > layers.py <<'X'
import io, tarfile

def layer(name, *entries):
    with tarfile.open(name, "w") as tar:
        for path, body in entries:
            entry = tarfile.TarInfo(path)
            if body.startswith("-> "):
                entry.type, entry.linkname, body = tarfile.SYMTYPE, body[3:], ""
            if path.endswith("/"):
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body.encode()))

layer("1.tar", ("usr/", ""), ("usr/lib/", ""), ("lib", "-> usr/lib"), ("usr/lib/a", "a"))
layer("2.tar", ("lib/b", "b"))
X
python3 layers.py
bin/crane append --oci-empty-base -f 1.tar -f 2.tar -t "$HOST/app:1" > crane.log 2>&1
bin/crane flatten "$HOST/app:1" -t "$HOST/app:flat" > crane.log 2>&1
bin/crane blob "$HOST/app@$(bin/crane manifest "$HOST/app:flat" | python3 -c 'import json, sys; print(json.load(sys.stdin)["layers"][0]["digest"])')" | gzip -dc > flat.tar
mkdir unpack && cd unpack
cat > go.mod <<'X'
module finding
go 1.24
X
cat > main.go <<'X'
package main

import (
	"context"
	"os"

	"github.com/containerd/containerd/v2/pkg/archive"
)

// Applies layers to a new folder; with "parent=FOLDER" as core/diff/apply does for overlay.
func main() {
	check(os.Mkdir(os.Args[1], 0o755))
	options := []archive.ApplyOpt{archive.WithNoSameOwner()}
	for _, name := range os.Args[2:] {
		if len(name) > 7 && name[:7] == "parent=" {
			options = append(options, archive.WithParents([]string{name[7:]}))
			continue
		}
		layer, err := os.Open(name)
		check(err)
		_, err = archive.Apply(context.Background(), os.Args[1], layer, options...)
		check(err)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
X
go get github.com/containerd/containerd/v2@v2.4.2 2>/dev/null
go mod tidy 2>/dev/null
go build -o apply .
./apply "$T/one" ../1.tar ../2.tar
./apply "$T/lower" ../1.tar
./apply "$T/upper" "parent=$T/lower" ../2.tar
./apply "$T/flat" ../flat.tar
cd "$T"
show() { (cd "$1" && find . \( -type f -printf '%P\n' \) -o \( -type l -printf '%P -> %l\n' \) | sort | paste -sd, | sed 's/,/, /g'); }
{
  echo "one folder: $(show one)"
  echo "overlay: lower $(show lower); upper $(show upper)"
  echo "flattened: $(show flat)"
} > seen
diff - seen <<'X'
one folder: lib -> usr/lib, usr/lib/a, usr/lib/b
overlay: lower lib -> usr/lib, usr/lib/a; upper lib/b
flattened: lib -> usr/lib, usr/lib/a
X
cat seen
