#!/usr/bin/env bash
# oras v1.3.6 (oras-go v2.7.0).
#
# Expected: `oras cp` goes by the Content-Type of a registry, so an image manifest that is sent as an
# index fails (it has a config and layers, and no manifests; skopeo, regctl and containerd refuse it),
# or it is copied with what it names.
# Seen: the copy succeeds, and holds the manifest alone: neither config nor layer was copied. The
# layout lists it as an index, so that other tools find an index without entries.
#
#   oras cp: exit 0, asked for 0 blobs
#   the layout: 1 blob, listed as application/vnd.oci.image.index.v1+json
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 GOFLAGS=-mod=mod CGO_ENABLED=0
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
GOBIN=$T/bin go install oras.land/oras/cmd/oras@v1.3.6 > go.log 2>&1 || { cat go.log; exit 1; }
cat > serve.py <<'X'
import hashlib, http.server, json

INDEX = "application/vnd.oci.image.index.v1+json"
IMAGE = "application/vnd.oci.image.manifest.v1+json"
BLOBS = {}

def blob(content, media_type):
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    BLOBS[digest] = content
    return {"mediaType": media_type, "digest": digest, "size": len(content)}

LAYER = blob(b"a layer", "application/vnd.oci.image.layer.v1.tar")
CONFIG = {"os": "linux", "architecture": "amd64",
          "rootfs": {"type": "layers", "diff_ids": [LAYER["digest"]]}}
CONFIG = blob(json.dumps(CONFIG).encode(), "application/vnd.oci.image.config.v1+json")
BODY = json.dumps({"schemaVersion": 2, "mediaType": IMAGE, "config": CONFIG, "layers": [LAYER]}).encode()
DIGEST = "sha256:" + hashlib.sha256(BODY).hexdigest()

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_HEAD(self):
        name = self.path.rsplit("/", 1)[1]
        if "/blobs/" in self.path:
            print(name, file=open("asked", "a"), flush=True)
        body = BODY if "/manifests/" in self.path else BLOBS.get(name, b"{}")
        self.send_response(200)
        self.send_header("Content-Type", INDEX if "/manifests/" in self.path else "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        if "/manifests/" in self.path:
            self.send_header("Docker-Content-Digest", DIGEST)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
    do_GET = do_HEAD

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open("port.tmp", "w").write(str(server.server_port))
import os; os.rename("port.tmp", "port")
server.serve_forever()
X
: > asked
python3 serve.py & SERVER=$!
until [ -f port ]; do kill -0 "$SERVER"; sleep 0.1; done
code=0
"$T/bin/oras" cp --from-plain-http --to-oci-layout "127.0.0.1:$(cat port)/app:1" layout:1 > copy.log 2>&1 || code=$?
blobs=$(find layout/blobs -type f | wc -l)
type=$(python3 -c 'import json; print(json.load(open("layout/index.json"))["manifests"][0]["mediaType"])')
echo "oras cp: exit $code, asked for $(sort -u asked | wc -l) blobs"
echo "the layout: $blobs blob, listed as $type"
[ "$code $(sort -u asked | wc -l) $blobs $type" = "0 0 1 application/vnd.oci.image.index.v1+json" ]
