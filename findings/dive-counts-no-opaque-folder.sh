#!/usr/bin/env bash
# dive 0.13.1.
#
# Expected: dive tells how much of an image is hidden by later layers, however they hide it: a layer
# that empties a folder by an opaque whiteout (.wh..wh..opq, as podman and Docker's overlay2 write
# `rm -rf d && mkdir d`) wastes what one with a whiteout for each file wastes.
# Seen: the files below an opaque whiteout count as used. 50,000 hidden bytes are "0 bytes wasted",
# efficiency 100 %, and the rules of CI=true pass; the same bytes hidden by a whiteout fail them.
#
#   opaque: wastedBytes: 0 bytes (0 B), exit 0
#   whiteout: wastedBytes: 50000 bytes (50 kB), exit 1
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/wagoodman/dive@v0.13.1 2>/dev/null
cat > archives.py <<'X'
import hashlib, io, json, tarfile

def tar(entries):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path, body in entries:
            entry = tarfile.TarInfo(path)
            if path.endswith("/"):
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return out.getvalue()

base = tar([("d/", b""), ("d/old", bytes(50000)), ("keep", bytes(50000))])
above = {
    "opaque": tar([("d/", b""), ("d/.wh..wh..opq", b""), ("d/new", bytes(1000))]),
    "whiteout": tar([("d/", b""), ("d/.wh.old", b""), ("d/new", bytes(1000))]),
}
for name, top in above.items():
    digests = [hashlib.sha256(layer).hexdigest() for layer in (base, top)]
    config = {"os": "linux", "architecture": "amd64", "config": {}, "history": [{"created_by": "1"}, {"created_by": "2"}],
              "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest for digest in digests]}}
    files = [(digest + "/layer.tar", layer) for digest, layer in zip(digests, (base, top))]
    files.append(("config.json", json.dumps(config).encode()))
    listed = {"Config": "config.json", "RepoTags": ["app:1"], "Layers": [path for path, _ in files[:2]]}
    files.append(("manifest.json", json.dumps([listed]).encode()))
    open(name + ".tar", "wb").write(tar(files))
X
python3 archives.py
for name in opaque whiteout; do
  code=0; CI=true bin/dive "docker-archive://$name.tar" > dive.log 2>&1 || code=$?
  echo "$name: $(grep -o 'wastedBytes: .*' dive.log), exit $code"
done > seen
diff - seen <<'X'
opaque: wastedBytes: 0 bytes (0 B), exit 0
whiteout: wastedBytes: 50000 bytes (50 kB), exit 1
X
cat seen
