#!/usr/bin/env bash
# containerd v2.4.2 (core/remotes/docker).
#
# Expected: the largest manifest that containerd takes from a registry is 4 MiB (4194304 bytes), the
# limit of the OCI distribution specification and that of containers/image and oras.
# Seen: it takes 4393216 bytes and refuses one more: the limit is 4 * 1048 * 1048. So a list between
# both sizes is pulled by containerd, Docker and BuildKit, and refused by podman, skopeo and oras.
#
#   4194305 bytes: taken
#   4393216 bytes: taken
#   4393217 bytes: rejecting 4393217 byte manifest
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 GOFLAGS=-mod=mod
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
cat > main.go <<'X'
package main

import (
	"context"
	"fmt"
	"os"
	"regexp"

	"github.com/containerd/containerd/v2/core/remotes/docker"
)

func main() {
	resolver := docker.NewResolver(docker.ResolverOptions{})
	for _, size := range os.Args[2:] {
		_, found, err := resolver.Resolve(context.Background(), os.Args[1]+"/app:"+size)
		if err != nil {
			fmt.Printf("%s bytes: %s\n", size, regexp.MustCompile("rejecting [0-9]+ byte manifest").FindString(err.Error()))
		} else if fmt.Sprint(found.Size) == size {
			fmt.Printf("%s bytes: taken\n", size)
		}
	}
}
X
go mod init example.com/size > go.log 2>&1
go get github.com/containerd/containerd/v2@v2.4.2 > go.log 2>&1
go build -o size . > go.log 2>&1 || { cat go.log; exit 1; }
cat > serve.py <<'X'
import hashlib, http.server, json

def document(size):
    body = json.dumps({"schemaVersion": 2, "mediaType": TYPE, "manifests": [], "annotations": {"pad": ""}})
    return body.replace('"pad": ""', '"pad": "%s"' % ("x" * (size - len(body)))).encode()

TYPE = "application/vnd.oci.image.index.v1+json"

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_HEAD(self):
        body = document(int(self.path.rsplit("/", 1)[1])) if "/manifests/" in self.path else b"{}"
        self.send_response(200)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", "sha256:" + hashlib.sha256(body).hexdigest())
        self.end_headers()
        if self.command == "GET": self.wfile.write(body)
    do_GET = do_HEAD

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
X
mkfifo port; python3 serve.py > port & SERVER=$!
read -r PORT < port
./size "127.0.0.1:$PORT" 4194305 4393216 4393217 > seen
diff - seen <<'X'
4194305 bytes: taken
4393216 bytes: taken
4393217 bytes: rejecting 4393217 byte manifest
X
cat seen
