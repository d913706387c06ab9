#!/usr/bin/env bash
# community.docker 5.4.0 of ansible 14.5.0 (PyPI; run by ansible-core 2.19.14, Python 3.11), containerd/platforms
# v1.0.0-rc.5 (Go 1.26.8); the Docker engine that Ansible asks is a small server.
#
# Expected: a container for `platform: linux/arm64`, of an image whose config says arm64 with variant v8 (what most
# arm64 images say), is left alone by the second run of a playbook: containerd, after which the collection models
# its reading of platforms, and Docker take linux/arm64 and linux/arm64/v8 for one platform.
# Seen: they are two to the collection, as linux/arm and linux/arm/v7 are. docker_container would stop, remove
# and create the container at every run; docker_image_pull with `pull: not_present` asks for an image that is here.
#
#   containerd: linux/arm64 and linux/arm64/v8 are one platform, linux/arm and linux/arm/v7 are one platform
#   container, platform linux/arm64: stopped, removed, created
#   container, platform linux/arm64/v8: left alone
#   image not_present, platform linux/arm64: pulled
#   image not_present, platform linux/arm64/v8: left alone
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 ANSIBLE_HOME=$T/home ANSIBLE_COLLECTIONS_PATH=$T/ansible
export ANSIBLE_PYTHON_INTERPRETER=$T/venv/bin/python ANSIBLE_INJECT_FACT_VARS=False
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check ansible-core==2.19.14 requests==2.34.2
venv/bin/pip download -q --disable-pip-version-check --no-deps --only-binary=:all: --python-version 3.14 -d . ansible==14.5.0
python3 -m zipfile -e ansible-14.5.0-py3-none-any.whl ansible
mkdir same; cd same
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"fmt"
	"os"

	"github.com/containerd/platforms"
)

func main() {
	form := func(text string) string { return platforms.FormatAll(platforms.Normalize(platforms.MustParse(text))) }
	kind := map[bool]string{true: "one platform", false: "two platforms"}[form(os.Args[1]) == form(os.Args[2])]
	fmt.Printf("%s and %s are %s", os.Args[1], os.Args[2], kind)
}
X
go get github.com/containerd/platforms@v1.0.0-rc.5 2>/dev/null
go mod tidy 2>/dev/null
go build -o ../same.bin .
cd ..
cat > engine.py <<'X'
import http.server, json, os, re

IMAGE = {"Id": "sha256:" + "1" * 64, "RepoTags": ["app:1"], "Os": "linux", "Architecture": "arm64", "Variant": "v8", "Config": {}}
CONTAINER = {"Id": "2" * 64, "Name": "/web", "Image": IMAGE["Id"], "Platform": "linux", "Config": {"Image": "app:1"},
             "HostConfig": {}, "NetworkSettings": {"Networks": {}}, "State": {"Running": True, "Status": "running"}, "Mounts": []}
ANSWERS = {
    "version": {"ApiVersion": "1.52", "MinAPIVersion": "1.44", "Version": "29.3.0", "Os": "linux", "Arch": "arm64"},
    "info": {"OSType": "linux", "Architecture": "aarch64"},
    "images/json": [IMAGE],
    f"images/{IMAGE['Id']}/json": IMAGE,
    "images/app:1/json": IMAGE,
    "containers/json": [{"Id": CONTAINER["Id"], "Names": ["/web"]}],
    f"containers/{CONTAINER['Id']}/json": CONTAINER,
}

class Engine(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = re.sub("^/(v1[.][0-9]+/)?", "", self.path.partition("?")[0]).replace("%3A", ":")
        body = json.dumps(ANSWERS.get(path, {"message": path})).encode()
        self.send_response(200 if path in ANSWERS else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
with open("port.part", "w") as file:
    file.write(str(server.server_port))
os.rename("port.part", "port")
server.serve_forever()
X
python3 engine.py & SERVER=$!
until [ -e port ]; do kill -0 "$SERVER"; done
# --check says what would be done, and does nothing.
module() { venv/bin/ansible localhost --check -m "community.docker.$1" -a "$2 docker_host=tcp://127.0.0.1:$(cat port)" 2>ansible.log > result || { cat result ansible.log; return 1; }; }
actions() { python3 -c '
import json
text = open("result").read()
actions = json.loads(text[text.index("{"):])["actions"]
words = ["pulled" if isinstance(it, str) else next(word for word in ("stopped", "removed", "created") if word in it) for it in actions]
print(", ".join(words) or "left alone")'; }
{
  echo "containerd: $(./same.bin linux/arm64 linux/arm64/v8), $(./same.bin linux/arm linux/arm/v7)"
  for platform in linux/arm64 linux/arm64/v8; do
    module docker_container "name=web image=app:1 pull=never platform=$platform"
    echo "container, platform $platform: $(actions)"
  done
  for platform in linux/arm64 linux/arm64/v8; do
    module docker_image_pull "name=app tag=1 pull=not_present platform=$platform"
    echo "image not_present, platform $platform: $(actions)"
  done
} > seen
diff - seen <<'X'
containerd: linux/arm64 and linux/arm64/v8 are one platform, linux/arm and linux/arm/v7 are one platform
container, platform linux/arm64: stopped, removed, created
container, platform linux/arm64/v8: left alone
image not_present, platform linux/arm64: pulled
image not_present, platform linux/arm64/v8: left alone
X
cat seen
