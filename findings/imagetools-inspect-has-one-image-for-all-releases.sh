#!/usr/bin/env bash
# buildx v0.38.2 (`imagetools inspect`, which needs no daemon); the registry is a small server.
#
# Expected: `--format '{{json .Image}}'` gives the configs of the images of a list, as the plain output lists its entries
# with their OSVersion; a list of one image gives an object and other lists a map, and a Helm chart in the
# list is not counted.
# Seen: the map's keys have no Windows release, so that one image of each architecture is left, and a list for three
# releases is an object, as if it held one image. A chart beside one image makes a map of it, in which the chart
# is the image for "linux".
#
#   one image: an object, 1 image
#   three releases of Windows: an object, 1 image
#   Linux and three releases of Windows: a map, linux/amd64 windows/amd64
#   one image and a chart: a map, linux linux/amd64
#   plain output of three releases: OSVersion 3 times
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/docker/buildx/cmd/buildx@v0.38.2 2>/dev/null
cat > registry.py <<'X'
import hashlib, http.server, json, os

OCI = "application/vnd.oci.image."
DOCUMENTS = {}

def keep(kind, document, **entry):
    body = json.dumps(document).encode()
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    DOCUMENTS[digest] = (kind, body)
    return {"mediaType": kind, "digest": digest, "size": len(body), **entry}

def manifest(config, **entry):
    return keep(OCI + "manifest.v1+json", {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": config, "layers": []}, **entry)

def image(**platform):
    config = {**platform, "config": {}, "rootfs": {"type": "layers", "diff_ids": []}}
    return manifest(keep(OCI + "config.v1+json", config), platform=platform)

def tag(name, *entries):
    document = {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": entries}
    DOCUMENTS[name] = DOCUMENTS[keep(OCI + "index.v1+json", document)["digest"]]

releases = [image(os="windows", architecture="amd64", **{"os.version": release})
            for release in ("10.0.17763.5696", "10.0.20348.2402", "10.0.26100.1742")]
linux = image(os="linux", architecture="amd64")
chart = manifest(keep("application/vnd.cncf.helm.config.v1+json", {"apiVersion": "v2", "name": "app", "version": "1.0.0"}))
tag("one", linux)
tag("releases", *releases)
tag("mixed", linux, *releases)
tag("chart", linux, chart)

class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.rsplit("/", 1)[-1]
        kind, body = DOCUMENTS.get(name, ("text/plain", b""))
        self.send_response(200 if body or self.path == "/v2/" else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(body).hexdigest())
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
with open("port.part", "w") as file:
    file.write(str(server.server_port))
os.rename("port.part", "port")
server.serve_forever()
X
python3 registry.py & SERVER=$!
until [ -e port ]; do kill -0 "$SERVER"; done
inspect() { bin/buildx imagetools inspect "$@" 2> buildx.log; }
show() {
  inspect --format '{{json .Image}}' "127.0.0.1:$(cat port)/app:$2" | python3 -c '
import json, sys
seen = json.load(sys.stdin)
print(sys.argv[1] + ":", "an object, 1 image" if "rootfs" in seen else "a map, " + " ".join(sorted(seen)))' "$1"
}
{
  show "one image" one
  show "three releases of Windows" releases
  show "Linux and three releases of Windows" mixed
  show "one image and a chart" chart
  echo "plain output of three releases: OSVersion $(inspect "127.0.0.1:$(cat port)/app:releases" | grep -c OSVersion) times"
} > seen
diff - seen <<'X'
one image: an object, 1 image
three releases of Windows: an object, 1 image
Linux and three releases of Windows: a map, linux/amd64 windows/amd64
one image and a chart: a map, linux linux/amd64
plain output of three releases: OSVersion 3 times
X
cat seen
