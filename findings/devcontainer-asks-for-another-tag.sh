#!/usr/bin/env bash
# @devcontainers/cli 0.89.0 (npm, Node 20); the registry is a small server, and the docker command that the CLI asks
# first knows no image yet.
#
# Expected: what an image says of the container in its label devcontainer.metadata (the user, the commands to run) is
# read from the image that devcontainer.json names. Tags of one repository may differ in capitals only: 1.0-RC1
# and 1.0-rc1 are two images to registries and engines.
# Seen: docker is asked for the name as it is written, and a registry for the name in small letters, tag and all: the
# user comes from 1.0-rc1, of which no container is made. Where there is no such tag, the registry is asked in
# vain, and the image is pulled to be read.
#
#   app:1.0-rc1: docker asked for app:1.0-rc1, registry for 1.0-rc1, user of 1.0-rc1
#   app:1.0-RC1: docker asked for app:1.0-RC1, registry for 1.0-rc1, user of 1.0-rc1
#   app:2.0-RC1: docker asked for app:2.0-RC1, registry for 2.0-rc1, pulled app:2.0-RC1
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
mkdir tmp
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost HOME=$T TMPDIR=$T/tmp
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T" @devcontainers/cli@0.89.0 > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > registry.py <<'X'
import hashlib, http.server, json, os

DOCUMENTS = {}

def document(value):
    body = json.dumps(value).encode()
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    DOCUMENTS[digest] = body
    return digest, len(body)

def tag(name):
    label = json.dumps([{"remoteUser": "of-" + name}])
    config, size = document({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []},
                             "config": {"Labels": {"devcontainer.metadata": label}}})
    digest, _ = document({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": [],
                          "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": config, "size": size}})
    DOCUMENTS[name] = DOCUMENTS[digest]

for name in ("1.0-rc1", "1.0-RC1", "2.0-RC1"):
    tag(name)

class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, name = self.path.split("/")[-2:]
        if kind == "manifests":
            with open("asked", "w") as file:
                file.write(name)
        body = DOCUMENTS.get(name, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
        self.send_response(200 if name in DOCUMENTS else 404)
        self.send_header("Content-Type", json.loads(body).get("mediaType", "application/json"))
        self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(body).hexdigest())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("localhost", 0), Registry)
with open("port.part", "w") as file:
    file.write(str(server.server_port))
os.rename("port.part", "port")
server.serve_forever()
X
cat > docker <<X
#!/usr/bin/env bash
case "\$1" in
  inspect) echo "docker asked for \${*: -1}" > "$T/inspected"; echo "No such object" >&2; exit 1 ;;
  pull) echo "\$2" > "$T/pulled"; exit 1 ;;
esac
X
chmod +x docker
python3 registry.py & SERVER=$!
until [ -e port ]; do kill -0 "$SERVER"; done
HOST=localhost:$(cat port)
mkdir -p work/.devcontainer
for name in app:1.0-rc1 app:1.0-RC1 app:2.0-RC1; do
  rm -f pulled
  echo "{\"image\": \"$HOST/team/$name\"}" > work/.devcontainer/devcontainer.json
  node_modules/.bin/devcontainer read-configuration --workspace-folder work --docker-path "$T/docker" --include-merged-configuration > out 2> err || [ -e pulled ]
  if [ -e pulled ]; then got="pulled $(cat pulled)"
  else got="user $(python3 -c 'import json; print(json.load(open("out"))["mergedConfiguration"]["remoteUser"].replace("of-", "of "))')"; fi
  echo "$name: $(cat inspected), registry for $(cat asked), $got" | sed "s|$HOST/team/||g"
done > seen
diff - seen <<'X'
app:1.0-rc1: docker asked for app:1.0-rc1, registry for 1.0-rc1, user of 1.0-rc1
app:1.0-RC1: docker asked for app:1.0-RC1, registry for 1.0-rc1, user of 1.0-rc1
app:2.0-RC1: docker asked for app:2.0-RC1, registry for 2.0-rc1, pulled app:2.0-RC1
X
cat seen
