#!/usr/bin/env bash
# docker (the Python client of Docker's API) 7.2.0 with requests 2.34.2; the engine is a small server that answers as
# Docker 29 does, whose store keeps several platforms under one tag: the host's image where no platform is named.
#
# Expected: `images.pull("app:1", platform="linux/arm64")` gives "the image that has been pulled", so that its labels,
# its size and its architecture are those of the image for arm64.
# Seen: the platform is sent with the pull, and the image is looked up again by its name alone, which is the host's
# image where the tag has that as well. `image.save()` and `history()` have no platform either, so the
# archive of what was pulled for arm64 is an archive of the image for amd64.
#
#   pull linux/arm64: attributes of amd64, labels of amd64, history of amd64, saved amd64
#   asked: POST /images/create platform linux/arm64
#   asked: GET /images/app:1/json platform none
#   asked: GET /images/sha256:…/get platform none
#   asked: GET /images/sha256:…/history platform none
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install docker==7.2.0 requests==2.34.2
cat > finding.py <<'X'
import http.server, json, threading, urllib.parse
import docker

LIST = "sha256:" + "a" * 64
ASKED = []

class Engine(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = urllib.parse.unquote(self.path).partition("?")
        query = dict(urllib.parse.parse_qsl(query))
        of = json.loads(query["platform"])["architecture"] if "platform" in query and path.endswith("/json") else "amd64"
        if path.startswith("/v"):
            path = "/" + path.split("/", 2)[-1]
        if "/images/" in path:
            ASKED.append(f"{self.command} {path.replace(LIST, 'sha256:…')} platform {query.get('platform', 'none')}")
        what = path.rsplit("/", 1)[-1]
        body = {
            "json": {"Id": LIST, "RepoTags": ["app:1"], "Os": "linux", "Architecture": of, "Config": {"Labels": {"of": of}}},
            "history": [{"Id": LIST, "CreatedBy": of}],
            "get": of,
            "create": {"status": "Pull complete"},
        }.get(what, {"ApiVersion": "1.51", "MinAPIVersion": "1.40", "Os": "linux", "Arch": "amd64"})
        body = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = docker.DockerClient(base_url=f"tcp://127.0.0.1:{server.server_port}")
image = client.images.pull("app:1", platform="linux/arm64")
saved = b"".join(image.save()).decode()
history = image.history()[0]["CreatedBy"]
print(f"pull linux/arm64: attributes of {image.attrs['Architecture']}, labels of {image.labels['of']}, "
      f"history of {history}, saved {saved}")
for request in ASKED:
    print("asked:", request)
X
HOME=$T NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 env/bin/python finding.py > seen
diff - seen <<'X'
pull linux/arm64: attributes of amd64, labels of amd64, history of amd64, saved amd64
asked: POST /images/create platform linux/arm64
asked: GET /images/app:1/json platform none
asked: GET /images/sha256:…/get platform none
asked: GET /images/sha256:…/history platform none
X
cat seen
