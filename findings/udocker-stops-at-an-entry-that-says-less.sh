#!/usr/bin/env bash
# udocker 1.3.17 (PyPI; Python 3.11), which pulls and runs images without an engine on clusters.
#
# Expected: `udocker pull --platform=linux/arm/v7` finds the entry that says linux/arm/v7, wherever it stands in the
# list, and passes by an entry that says less: linux/arm without a variant, or no platform at all, which the OCI
# image specification allows and a chart or a bill of materials in the list has.
# Seen: the first entry that lacks a field that is asked for ends the search, so that one and the same list has the
# image or has it not by its order ("no image found in manifest for platform").
#
#   arm/v7, arm: linux/arm/v7 found
#   arm, arm/v7: linux/arm/v7 no image found
#   amd64, chart: linux/amd64 found
#   chart, amd64: linux/amd64 no image found
#   arm64: linux/arm64 found, linux/arm64/v8 no image found
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install udocker==1.3.17
cat > finding.py <<'X'
import hashlib, http.server, json, threading
from udocker.config import Config
Config().getconf()
Config.conf["verbose_level"] = 0
from udocker.container.localrepo import LocalRepository
from udocker.docker import DockerIoAPI

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCUMENTS = {}

def keep(kind, **document):
    body = json.dumps({"schemaVersion": 2, "mediaType": kind, **document}).encode()
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    DOCUMENTS[digest] = (kind, body)
    return {"mediaType": kind, "digest": digest, "size": len(body)}

def entry(name):
    empty = {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2,
             "digest": "sha256:" + hashlib.sha256(b"{}").hexdigest()}
    image = keep(MANIFEST, config=empty, layers=[], annotations={"of": name})
    if name == "chart":
        return image
    platform = zip(("os", "architecture", "variant"), ("linux", *name.split("/")))
    return {**image, "platform": dict(platform)}

class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        kind, body = DOCUMENTS.get(self.path.rsplit("/", 1)[-1], ("text/plain", b""))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
threading.Thread(target=server.serve_forever, daemon=True).start()
repository = LocalRepository("repository")
repository.create_repo()
client = DockerIoAPI(repository)
client.set_registry(f"http://127.0.0.1:{server.server_port}")

def search(names, *platforms):
    digest = keep(INDEX, manifests=[entry(name) for name in names])["digest"]
    found = []
    for platform in platforms:
        _, manifest = client.get_v2_image_manifest("app", digest, platform)
        if manifest:
            assert manifest["annotations"]["of"] == platform.removeprefix("linux/"), manifest
        found.append(f"{platform} {'found' if manifest else 'no image found'}")
    print(f"{', '.join(names)}: {', '.join(found)}")

search(["arm/v7", "arm"], "linux/arm/v7")
search(["arm", "arm/v7"], "linux/arm/v7")
search(["amd64", "chart"], "linux/amd64")
search(["chart", "amd64"], "linux/amd64")
search(["arm64"], "linux/arm64", "linux/arm64/v8")
X
HOME=$T NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 env/bin/python finding.py > seen
diff - seen <<'X'
arm/v7, arm: linux/arm/v7 found
arm, arm/v7: linux/arm/v7 no image found
amd64, chart: linux/amd64 found
chart, amd64: linux/amd64 no image found
arm64: linux/arm64 found, linux/arm64/v8 no image found
X
cat seen
