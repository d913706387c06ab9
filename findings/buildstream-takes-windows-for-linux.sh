#!/usr/bin/env bash
# buildstream-plugins 2.8.0 with BuildStream 2.8.1 (PyPI): the client by which its `docker` source finds the image
# of a tag.
#
# Expected: `os: linux` of such a source, whose documentation has it beside `architecture`, chooses the image for Linux
# from a list with Windows images for the same architecture, whatever the order; a system that the list has no
# image for is the error that the client has for it ("No images found for architecture amd64, OS freebsd").
# Seen: an entry has to have an operating system, whichever it is. Where the Windows image comes first, it is taken for
# Linux, and its digest is what `bst source track` would write as `ref`; FreeBSD gets Linux.
#
#   linux, windows: asked for linux the image for linux, for windows the image for linux, for freebsd the image for linux
#   windows, linux: asked for linux the image for windows, for windows the image for windows, for freebsd the image for windows
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install buildstream-plugins==2.8.0 BuildStream==2.8.1 requests==2.34.2
cat > finding.py <<'X'
import hashlib, http.server, json, threading, urllib.parse
from buildstream_plugins.sources.docker import DockerRegistryV2Client

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCUMENTS = {}

def keep(kind, document):
    body = json.dumps({"schemaVersion": 2, **document}).encode()
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    DOCUMENTS[digest] = (kind, body)
    return {"mediaType": kind, "digest": digest, "size": len(body)}

def image(name):
    empty = {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2,
             "digest": "sha256:" + hashlib.sha256(b"{}").hexdigest()}
    return keep(MANIFEST, {"mediaType": MANIFEST, "config": empty, "layers": [], "annotations": {"of": name}})

linux = {**image("linux"), "platform": {"os": "linux", "architecture": "amd64"}}
windows = {**image("windows"), "platform": {"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.2402"}}
class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        kind, body = DOCUMENTS[urllib.parse.unquote(self.path.rsplit("/", 1)[-1])]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(body).hexdigest())
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = DockerRegistryV2Client(f"http://127.0.0.1:{server.server_port}")
for entries in [linux, windows], [windows, linux]:
    tag = keep(INDEX, {"mediaType": INDEX, "manifests": entries})["digest"]
    found = []
    for system in "linux", "windows", "freebsd":
        text, _ = client.manifest("app", tag, architecture="amd64", os_=system)
        found.append(f"for {system} the image for {json.loads(text)['annotations']['of']}")
    print(", ".join(entry["platform"]["os"] for entry in entries) + ": asked " + ", ".join(found))
X
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 env/bin/python finding.py > seen
diff - seen <<'X'
linux, windows: asked for linux the image for linux, for windows the image for linux, for freebsd the image for linux
windows, linux: asked for linux the image for windows, for windows the image for windows, for freebsd the image for windows
X
cat seen
