#!/usr/bin/env bash
# The testcontainers libraries of November 2026: Java 2.0.5 (Java 17), Node 12.2.0 (Node 20), Python 4.15.0 and
# Go 0.45.0 (Go 1.26.8); the Docker engine that the last two ask for is a small server.
#
# Expected: TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX, one variable that CI sets for tests in any language, puts a
# mirror before the images of Docker Hub, and leaves images alone that name another registry.
# Seen: four rules. Java and Python glue the prefix on as it is, so that one without a slash at its end makes
# mirror.example/hubalpine, where Node and Go put the slash. Python puts it before every name, a registry's
# too. An explicit docker.io is another registry to Java and Node, and becomes a folder of the mirror with Go
# and Python, and so does podman's localhost/.
#
#   prefix mirror.example/hub
#   alpine:3.20 java mirror.example/hubalpine:3.20 node mirror.example/hub/alpine:3.20 python mirror.example/hubalpine:3.20 go mirror.example/hub/alpine:3.20
#   docker.io/library/alpine:3.20 java docker.io/library/alpine:3.20 node docker.io/library/alpine:3.20 python mirror.example/hubdocker.io/library/alpine:3.20 go mirror.example/hub/docker.io/library/alpine:3.20
#   and with a slash at the end of the prefix for all four:
#   registry.example/app:1 java registry.example/app:1 node registry.example/app:1 python mirror.example/hub/registry.example/app:1 go registry.example/app:1
#   localhost/app:1 java localhost/app:1 node localhost/app:1 python mirror.example/hub/localhost/app:1 go mirror.example/hub/localhost/app:1
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 TESTCONTAINERS_RYUK_DISABLED=true
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install testcontainers==4.15.0 docker==7.2.0
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T" testcontainers@12.2.0 > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>0</version>
  <dependencies>
    <dependency><groupId>org.testcontainers</groupId><artifactId>testcontainers</artifactId><version>2.0.5</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=jars > mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat > Names.java <<'X'
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

class Names {
    public static void main(String[] args) {
        System.out.println(ImageNameSubstitutor.instance().apply(DockerImageName.parse(args[0])).asCanonicalNameString());
    }
}
X
cat > names.cjs <<'X'
const { ImageName } = require("testcontainers/build/container-runtime/image-name");
console.log(ImageName.fromString(process.argv[2]).string);
X
cat > names.py <<'X'
import sys
from testcontainers.core.container import DockerContainer
print(DockerContainer(sys.argv[1]).image)
X
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"os"

	"github.com/testcontainers/testcontainers-go"
)

func main() {
	wanted := testcontainers.ContainerRequest{Image: os.Args[1]}
	// The engine has no image: what it was asked to pull is in the file.
	_, err := testcontainers.GenericContainer(context.Background(), testcontainers.GenericContainerRequest{ContainerRequest: wanted})
	if err == nil {
		panic("a container of an image that is not there")
	}
}
X
go get github.com/testcontainers/testcontainers-go@v0.45.0 2>/dev/null
go mod tidy 2>/dev/null
go build -o names .
cat > engine.py <<'X'
import http.server, json, os, urllib.parse

class Engine(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        path, _, query = self.path.partition("?")
        code, body = next((answer for end, answer in {
            "/version": (200, {"ApiVersion": "1.51", "Version": "29.0.0", "Os": "linux", "Arch": "amd64"}),
            "/info": (200, {"OSType": "linux", "Architecture": "x86_64", "ServerVersion": "29.0.0"}),
            "/_ping": (200, "OK"),
            "/networks": (200, [{"Name": "bridge", "Id": "1"}]),
        }.items() if path.endswith(end)), (404, {"message": "no such image"}))
        if path.endswith("/images/create"):
            query = dict(urllib.parse.parse_qsl(query))
            with open("asked", "w") as file:
                file.write(query["fromImage"] + ":" + query["tag"])
        body = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Api-Version", "1.51")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
    do_POST = do_HEAD = do_GET
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
export DOCKER_HOST=tcp://127.0.0.1:$(cat port)
names() {
  export TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX=$1
  ./names "$2" > go.log 2>&1
  echo "$2 java $(java -cp 'jars/*' Names.java "$2" 2> java.log) node $(node names.cjs "$2") python $(env/bin/python names.py "$2") go $(cat asked)"
}
{
  names mirror.example/hub alpine:3.20
  names mirror.example/hub docker.io/library/alpine:3.20
  names mirror.example/hub/ registry.example/app:1
  names mirror.example/hub/ localhost/app:1
} > seen
diff - seen <<'X'
alpine:3.20 java mirror.example/hubalpine:3.20 node mirror.example/hub/alpine:3.20 python mirror.example/hubalpine:3.20 go mirror.example/hub/alpine:3.20
docker.io/library/alpine:3.20 java docker.io/library/alpine:3.20 node docker.io/library/alpine:3.20 python mirror.example/hubdocker.io/library/alpine:3.20 go mirror.example/hub/docker.io/library/alpine:3.20
registry.example/app:1 java registry.example/app:1 node registry.example/app:1 python mirror.example/hub/registry.example/app:1 go registry.example/app:1
localhost/app:1 java localhost/app:1 node localhost/app:1 python mirror.example/hub/localhost/app:1 go mirror.example/hub/localhost/app:1
X
cat seen
