#!/usr/bin/env bash
# docker (the Python client of Docker's API) 7.2.0 with requests 2.34.2; the engine is a small server
# that answers as Docker's API does.
#
# Expected: `get_registry_data("app").has_platform("linux/arm64")` is true of a list with an image
# for linux/arm64/v8, which Docker pulls on every 64-bit ARM machine; and "windows/amd64" of a list
# of Windows images.
# Seen: the platform is looked for as it is written, with all of its fields. arm64 is not arm64/v8,
# the variant must be given, and a Windows image with os.version is never found.
#
#   linux/amd64 True
#   linux/arm64 False
#   linux/arm64/v8 True
#   windows/amd64 False
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install docker==7.2.0 requests==2.34.2
cat > finding.py <<'X'
import http.server, json, threading
import docker

LIST = {
    "Descriptor": {
        "mediaType": "application/vnd.oci.image.index.v1+json", "size": 7,
        "digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    "Platforms": [
        {"architecture": "amd64", "os": "linux"},
        {"architecture": "arm64", "os": "linux", "variant": "v8"},
        {"architecture": "amd64", "os": "windows", "os.version": "10.0.20348.2402"},
    ],
}

class Engine(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        version = {"ApiVersion": "1.51", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64"}
        body = json.dumps(LIST if "/distribution/" in self.path else version).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = docker.DockerClient(base_url=f"tcp://127.0.0.1:{server.server_port}")
data = client.images.get_registry_data("app")
for platform in ("linux/amd64", "linux/arm64", "linux/arm64/v8", "windows/amd64"):
    print(platform, data.has_platform(platform))
X
HOME=$T NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 env/bin/python finding.py > seen
diff - seen <<'X'
linux/amd64 True
linux/arm64 False
linux/arm64/v8 True
windows/amd64 False
X
cat seen
