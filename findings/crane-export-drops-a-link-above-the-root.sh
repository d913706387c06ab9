#!/usr/bin/env bash
# crane 0.22.1 (go-containerregistry; its own registry served).
#
# Expected: `crane export` and `crane flatten` give the file system that a container of the image
# sees. A symbolic link with a `..` too many is sound there, since the root's `..` is the root.
# Seen: such a link is left out, exit 0, without a word, and the file of its name in a lower layer,
# which it replaced, is there again. /app/current -> ../../opt/v2 became the old file.
#
#   export: app/current file "old"
#   flatten: app/current file "old"
#   with one .. less: app/current -> ../opt/v2
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
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
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body.encode()))

layer("1.tar", ("app/current", "old"))
layer("2.tar", ("opt/v2", "new"), ("app/current", "-> ../../opt/v2"))
layer("3.tar", ("opt/v2", "new"), ("app/current", "-> ../opt/v2"))
X
cat > show.py <<'X'
import sys, tarfile
with tarfile.open(sys.argv[2]) as tar:
    entry = tar.getmember("app/current")
    text = f"-> {entry.linkname}" if entry.issym() else f'file "{tar.extractfile(entry).read().decode()}"'
    print(f"{sys.argv[1]}: app/current {text}")
X
python3 layers.py
bin/crane append --oci-empty-base -f 1.tar -f 2.tar -t "$HOST/app:1" > crane.log 2>&1
bin/crane append --oci-empty-base -f 1.tar -f 3.tar -t "$HOST/app:2" > crane.log 2>&1
bin/crane flatten "$HOST/app:1" -t "$HOST/app:flat" > crane.log 2>&1
bin/crane export "$HOST/app:1" export.tar
bin/crane blob "$HOST/app@$(bin/crane manifest "$HOST/app:flat" | python3 -c 'import json, sys; print(json.load(sys.stdin)["layers"][0]["digest"])')" > flat.tar.gz
bin/crane export "$HOST/app:2" less.tar
{
  python3 show.py export export.tar
  python3 show.py flatten flat.tar.gz
  python3 show.py "with one .. less" less.tar
} > seen
diff - seen <<'X'
export: app/current file "old"
flatten: app/current file "old"
with one .. less: app/current -> ../opt/v2
X
cat seen
