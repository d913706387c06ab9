#!/usr/bin/env bash
# regctl v0.11.7 (regclient v0.11.7).
#
# Expected: a tag that a registry sends without a Content-Type is read by all of regctl's commands (the
# document says its type itself, in `mediaType` or by its fields) or by none.
# Seen: commands that ask by GET (`manifest get`, `image config`, `image copy`) read it and pick the
# platform; those that ask by HEAD (`image digest`, `manifest head`) fail with an empty media type.
#
#   regctl manifest get: exit 0
#   regctl image config: exit 0
#   regctl image digest: exit 1, unsupported media type: ""
#   regctl manifest head: exit 1, unsupported media type: ""
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 GOFLAGS=-mod=mod CGO_ENABLED=0
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
GOBIN=$T/bin go install github.com/regclient/regclient/cmd/regctl@v0.11.7 > go.log 2>&1 || { cat go.log; exit 1; }
cat > serve.py <<'X'
import hashlib, http.server, json, os

def put(kept, document, media_type, **more):
    content = json.dumps(document).encode()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    kept[digest] = content
    return {"mediaType": media_type, "digest": digest, "size": len(content), **more}

BLOBS, MANIFESTS, OCI = {}, {}, "application/vnd.oci.image."
CONFIG = put(BLOBS, {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}}, OCI + "config.v1+json")
IMAGE = {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": CONFIG, "layers": []}
IMAGE = put(MANIFESTS, IMAGE, OCI + "manifest.v1+json", platform={"os": "linux", "architecture": "amd64"})
LIST = put(MANIFESTS, {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": [IMAGE]}, OCI + "index.v1+json")
MANIFESTS["1"] = MANIFESTS[LIST["digest"]]

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_HEAD(self):
        name = self.path.rsplit("/", 1)[1]
        body = MANIFESTS.get(name) if "/manifests/" in self.path else BLOBS.get(name, b"{}")
        self.send_response(200 if body else 404)
        if name in BLOBS or name == IMAGE["digest"]:
            self.send_header("Content-Type", IMAGE["mediaType"] if name in MANIFESTS else "application/octet-stream")
        body = body or b""
        self.send_header("Content-Length", str(len(body)))
        if "/manifests/" in self.path:
            self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(body).hexdigest())
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
    do_GET = do_HEAD

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open("port.tmp", "w").write(str(server.server_port))
os.rename("port.tmp", "port")
server.serve_forever()
X
python3 serve.py & SERVER=$!
until [ -f port ]; do kill -0 "$SERVER"; sleep 0.1; done
HOST=127.0.0.1:$(cat port)
one() { # the command
  local code=0
  bin/regctl --host "reg=$HOST,tls=disabled" "$@" "$HOST/app:1" > out.log 2> err.log || code=$?
  local why=""
  [ "$code" = 0 ] || why=", $(grep -o 'unsupported media type: ""' err.log | head -1)"
  echo "regctl $1 $2: exit $code$why"
}
{
  one manifest get --platform linux/amd64
  one image config --platform linux/amd64
  one image digest
  one manifest head
} | tee seen
cmp -s seen - <<'X'
regctl manifest get: exit 0
regctl image config: exit 0
regctl image digest: exit 1, unsupported media type: ""
regctl manifest head: exit 1, unsupported media type: ""
X
