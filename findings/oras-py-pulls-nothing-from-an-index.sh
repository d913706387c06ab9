#!/usr/bin/env bash
# oras (the Python client) 0.2.43 with requests 2.34.0.
#
# Expected: `pull` of a tag that holds an OCI index takes an image of it, or fails and says that it
# is an index: the client asks for index types in its Accept header.
# Seen: it succeeds and brings no file. Its `layers` are looked for in the index, which has none.
# The same bytes pulled by the digest of the index's child bring the file.
#
#   index: []
#   child: ['hello.txt']
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install oras==0.2.43 requests==2.34.0
cat > finding.py <<'X'
import hashlib, http.server, json, os, threading
import oras.client

BLOBS, TYPES = {}, {}

def keep(body, kind):
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    BLOBS[digest], TYPES[digest] = body, kind
    return digest

def descriptor(body, kind, **more):
    return {"mediaType": kind, "digest": keep(body, kind), "size": len(body), **more}

MANIFEST, INDEX = "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"
manifest = json.dumps({
    "schemaVersion": 2, "mediaType": MANIFEST,
    "config": descriptor(b"{}", "application/vnd.oci.empty.v1+json"),
    "layers": [descriptor(b"hello", "text/plain", annotations={"org.opencontainers.image.title": "hello.txt"})],
}).encode()
index = json.dumps({
    "schemaVersion": 2, "mediaType": INDEX,
    "manifests": [descriptor(manifest, MANIFEST, platform={"os": "linux", "architecture": "amd64"})],
}).encode()
tag = keep(index, INDEX)
child = json.loads(index)["manifests"][0]["digest"]

class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        digest = self.path.rsplit("/", 1)[-1]
        body = BLOBS.get(tag if digest == "tag" else digest, b"")
        self.send_response(200)
        self.send_header("Content-Type", TYPES.get(tag if digest == "tag" else digest, "application/json"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
client = oras.client.OrasClient(insecure=True)
for name, target in (("index", f"{host}/app:tag"), ("child", f"{host}/app@{child}")):
    os.mkdir(name)
    print(f"{name}:", [os.path.basename(path) for path in client.pull(target=target, outdir=name)])
X
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 env/bin/python finding.py > seen
diff - seen <<'X'
index: []
child: ['hello.txt']
X
cat seen
