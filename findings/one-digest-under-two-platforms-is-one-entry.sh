#!/usr/bin/env bash
# regctl 0.11.7 (regclient), oras 1.3.6, crane 0.22.1, on crane's registry.
#
# Expected: three images given to the command that makes a list are three entries of the list, or
# an error; one digest under two platforms is a valid list (linux/amd64 and linux/amd64/v2, say).
# Seen: where a digest is given twice, regctl writes it once, exit 0, without a word; oras and crane
# write it twice.
#
#   regctl exit 0: 2 entries
#   oras exit 0: 3 entries
#   crane exit 0: 3 entries
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
# Two images; their digests.
cat > push.py <<'X'
import hashlib, json, sys, urllib.request
base = f"http://{sys.argv[1]}/v2/app"

def put(path, body, kind):
    urllib.request.urlopen(urllib.request.Request(base + path, body, {"Content-Type": kind}, method="PUT")).read()

def digest(body):
    return "sha256:" + hashlib.sha256(body).hexdigest()

def blob(body):
    where = urllib.request.urlopen(urllib.request.Request(base + "/blobs/uploads/", b"", method="POST")).headers["Location"]
    where = where if where.startswith("http") else f"http://{sys.argv[1]}{where}"
    urllib.request.urlopen(urllib.request.Request(where + ("&" if "?" in where else "?") + "digest=" + digest(body), body, {"Content-Type": "application/octet-stream"}, method="PUT")).read()
    return {"digest": digest(body), "size": len(body)}

for arch in ("amd64", "arm64"):
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", **blob(arch.encode() * 512)}
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", **blob(json.dumps({"os": "linux", "architecture": arch, "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}).encode())}
    body = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [layer]}).encode()
    put("/manifests/" + digest(body), body, "application/vnd.oci.image.manifest.v1+json")
    print(digest(body))
X
cat > count.py <<'X'
import json, sys, urllib.request
asked = urllib.request.Request(f"http://{sys.argv[1]}/v2/app/manifests/{sys.argv[2]}", headers={"Accept": "application/vnd.oci.image.index.v1+json"})
print(f"{sys.argv[2]} exit {sys.argv[3]}: {len(json.load(urllib.request.urlopen(asked))['manifests'])} entries")
X
python3 push.py "$HOST" > digests
A=$(sed -n 1p digests) B=$(sed -n 2p digests)
bin/regctl registry set "$HOST" --tls disabled > regctl.log 2>&1
regctl=0 oras=0 crane=0
bin/regctl index create "$HOST/app:regctl" --digest "$A" --digest "$A" --digest "$B" > regctl.log 2>&1 || regctl=$?
bin/oras manifest index create --plain-http "$HOST/app:oras" "$A" "$A" "$B" > oras.log 2>&1 || oras=$?
bin/crane index append -t "$HOST/app:crane" -m "$HOST/app@$A" -m "$HOST/app@$A" -m "$HOST/app@$B" > crane.log 2>&1 || crane=$?
for tool in regctl oras crane; do python3 count.py "$HOST" "$tool" "${!tool}"; done > seen
diff - seen <<'X'
regctl exit 0: 2 entries
oras exit 0: 3 entries
crane exit 0: 3 entries
X
cat seen
