#!/usr/bin/env bash
# python-dxf 12.1.1.
#
# Expected: the manifests of a multi-platform tag that `get_manifest` answers with are as many as
# the images of the list, or it says that two cannot be told apart.
# Seen: they are kept by os/architecture/variant. Of Windows images for two releases, which differ
# in os.version only, the last is given and the first is gone without a word; asked for
# windows/amd64 alone, it gives the first instead.
#
#   images in the list: 3
#   all: ['linux/arm64/v8', 'windows/amd64'], windows/amd64 is of 10.0.20348.2402
#   platform='windows/amd64': of 10.0.17763.5696
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install python-dxf==12.1.1
cat > finding.py <<'X'
import hashlib, http.server, json, threading
from dxf import DXF

DOCUMENTS = {}

def keep(document):
    body = json.dumps(document).encode()
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    DOCUMENTS[digest] = (document["mediaType"], body)
    return {"mediaType": document["mediaType"], "digest": digest, "size": len(body)}

def image(name, **platform):
    return {**keep({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2,
                   "digest": "sha256:" + hashlib.sha256(b"{}").hexdigest()},
        "layers": [], "annotations": {"of": name},
    }), "platform": platform}

index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [
    image("linux", os="linux", architecture="arm64", variant="v8"),
    image("10.0.17763.5696", os="windows", architecture="amd64", **{"os.version": "10.0.17763.5696"}),
    image("10.0.20348.2402", os="windows", architecture="amd64", **{"os.version": "10.0.20348.2402"}),
]}
DOCUMENTS["tag"] = DOCUMENTS[keep(index)["digest"]]

class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        kind, body = DOCUMENTS[self.path.rsplit("/", 1)[-1]]
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
client = DXF(f"127.0.0.1:{server.server_port}", "app", insecure=True)
of = lambda manifest: json.loads(manifest)["annotations"]["of"]
everything = client.get_manifest("tag")
print("images in the list:", len(index["manifests"]))
print(f"all: {sorted(everything)}, windows/amd64 is of {of(everything['windows/amd64'])}")
print("platform='windows/amd64': of", of(client.get_manifest("tag", platform="windows/amd64")))
X
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 env/bin/python finding.py > seen
diff - seen <<'X'
images in the list: 3
all: ['linux/arm64/v8', 'windows/amd64'], windows/amd64 is of 10.0.20348.2402
platform='windows/amd64': of 10.0.17763.5696
X
cat seen
