#!/usr/bin/env bash
# Docker Compose 5.6.0 (`docker compose publish --app`), crane 0.22.1, oras 1.3.6, on crane's registry, which has no
# referrers API (nor has distribution 3.1.2); the Docker engine that Compose asks is a small server.
#
# Expected: an application "published with its images" can be found in the registry: the list of its images is
# tagged, or is a referrer of the compose file that anybody can ask for. Without the referrers API a client
# keeps the tag sha256-… of the distribution specification.
# Seen: Compose pushes the list of images, whose subject is the tagged compose file, by its digest alone, and
# writes no tag sha256-…, exit 0: nothing leads to the list or to the copied images, and a clean-up of
# untagged manifests takes them. The compose file and its pins still name the repository that the images came
# from; and the entries of the list have no platform, and an annotation of containerd's that is for its own store.
#
#   tags: 1
#   pushed by digest alone: 4 manifests, the last a list with a subject
#   oras discover: 0 referrers
#   entry of web: index, platform none, annotations containerd.io/distribution.source.127.0.0.1=app
#   entry of tool: manifest, platform none, annotations containerd.io/distribution.source.127.0.0.1=app
#   images in the published files: HOST/app:1 HOST/app:1@sha256:… HOST/app:tool HOST/app:tool@sha256:…
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVERS:-}" ] || kill $SERVERS; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
mkdir build project
cat > build/go.mod <<'X'
module finding
go 1.26.8
X
(cd build && go get github.com/docker/compose/v5/cmd@v5.6.0 2>/dev/null && go build -o ../bin/compose github.com/docker/compose/v5/cmd)
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVERS=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVERS"; done
cat > engine.py <<'X'
import http.server, json, os, urllib.request
ACCEPT = {"Accept": "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"}

class Engine(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        path = self.path.partition("?")[0]
        code, body = 404, {"message": "not here"}
        if path.endswith("/_ping"):
            code, body = 200, "OK"
        elif path.endswith("/info"):
            code, body = 200, {"OSType": "linux"}
        elif "/distribution/" in path:
            host, _, rest = path.partition("/distribution/")[2].removesuffix("/json").partition("/")
            repository, _, tag = rest.partition(":")
            url = f"http://{host}/v2/{repository}/manifests/{tag}"
            answer = urllib.request.urlopen(urllib.request.Request(url, headers=ACCEPT))
            entry = {"mediaType": answer.headers["Content-Type"], "digest": answer.headers["Docker-Content-Digest"]}
            code, body = 200, {"Descriptor": {**entry, "size": len(answer.read())}, "Platforms": []}
        body = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Api-Version", "1.51")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
with open("port.part", "w") as file:
    file.write(str(server.server_port))
os.rename("port.part", "port")
server.serve_forever()
X
python3 engine.py & SERVERS="$SERVERS $!"
until [ -e port ]; do kill -0 $SERVERS; done
echo layer > layer; tar cf layer.tar layer
for arch in amd64 arm64; do
  bin/crane append --oci-empty-base -f layer.tar -t "$HOST/app:$arch" > crane.log 2>&1
  bin/crane mutate --set-platform linux/$arch -t "$HOST/app:$arch" "$HOST/app:$arch" > crane.log 2>&1
done
bin/oras manifest index create --plain-http "$HOST/app:1" amd64 arm64 > oras.log
bin/crane tag "$HOST/app:arm64" tool > crane.log 2>&1
cat > project/compose.yaml <<X
services:
  web:
    image: $HOST/app:1
  tool:
    image: $HOST/app:tool
X
(cd project && DOCKER_HOST=tcp://127.0.0.1:$(cat ../port) ../bin/compose publish --app --insecure-registry -y "$HOST/bundle:1" > ../compose.log 2>&1) \
  || { cat compose.log; exit 1; }
grep -o 'PUT /v2/bundle/manifests/sha256:[0-9a-f]*$' registry.log | cut -d/ -f5 > pushed
cat > told.py <<'X'
import base64, json, re, sys
host, tags, referrers = sys.argv[1], sys.argv[2], json.load(open("discover.json"))
pushed = open("pushed").read().split()
index, manifest = json.load(open("index.json")), json.load(open("manifest.json"))
print(f"tags: {tags}")
print(f"pushed by digest alone: {len(pushed)} manifests, the last a list with {'a' if index['subject'] else 'no'} subject")
print(f"oras discover: {len(referrers.get('referrers') or [])} referrers")
for entry in sorted(index["manifests"], key=lambda entry: entry["mediaType"]):
    name = "web" if "index" in entry["mediaType"] else "tool"
    annotations = ", ".join(f"{key}={value}" for key, value in entry["annotations"].items())
    print(f"entry of {name}: {entry['mediaType'].split('.')[3]}, platform {entry.get('platform', 'none')}, annotations {annotations}")
files = "".join(base64.b64decode(layer["data"]).decode() for layer in manifest["layers"])
names = re.findall(r"image: (\S+)", files)
print("images in the published files:", *sorted(re.sub(r"sha256:\w+", "sha256:…", name.replace(host, "HOST")) for name in names))
X
bin/crane manifest "$HOST/bundle@$(tail -1 pushed)" > index.json
bin/crane manifest "$HOST/bundle:1" > manifest.json
bin/oras discover --plain-http --format json "$HOST/bundle:1" > discover.json
python3 told.py "$HOST" "$(bin/crane ls "$HOST/bundle" | tr '\n' ' ' | sed 's/ $//')" > seen
diff - seen <<'X'
tags: 1
pushed by digest alone: 4 manifests, the last a list with a subject
oras discover: 0 referrers
entry of web: index, platform none, annotations containerd.io/distribution.source.127.0.0.1=app
entry of tool: manifest, platform none, annotations containerd.io/distribution.source.127.0.0.1=app
images in the published files: HOST/app:1 HOST/app:1@sha256:… HOST/app:tool HOST/app:tool@sha256:…
X
cat seen
