#!/usr/bin/env bash
# crane 0.22.1 (go-containerregistry), regctl 0.11.7, which makes the list, and oras 1.3.6; the list is served by a
# small server that answers as registries do, and copied to crane's registry.
#
# Expected: a list by sha512, which the OCI image specification registers beside sha256, is read and copied by
# crane with its digests, or refused.
# Seen: crane names the manifests and configs that it moves anew by sha256, and the list's bytes still say sha512.
# So `crane pull --format=oci` writes a layout without any manifest that its list names, exit 0, which cannot be
# read; `crane digest --platform` prints a digest that the list does not have, exit 0; and push and copy put
# the images where the list does not find them, and fail at the list. oras copies the same list whole.
#
#   oras cp of the list to a layout: exit 0
#   crane push of regctl's layout: exit 1 (MANIFEST_UNKNOWN)
#   crane copy of the list: exit 1 (MANIFEST_UNKNOWN)
#   crane digest --platform linux/amd64: sha256, in the list: no
#   crane pull --format=oci: exit 0, manifests of the list in the layout: 0 of 2
#   oras cp from crane's layout: exit 1 (not found)
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVERS:-}" ] || kill $SERVERS; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVERS=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVERS"; done
regctl() { bin/regctl --host "reg=$HOST,tls=disabled" "$@"; }
echo layer > layer; tar cf layer.tar layer
for arch in amd64 arm64; do
  bin/crane append --oci-empty-base -f layer.tar -t "$HOST/app:$arch" > crane.log 2>&1
  bin/crane mutate --set-platform linux/$arch -t "$HOST/app:$arch" "$HOST/app:$arch" > crane.log 2>&1
done
regctl index create "$HOST/app:1" --ref "$HOST/app:amd64" --ref "$HOST/app:arm64" > regctl.log
regctl image copy "$HOST/app:1" ocidir://first:1 > regctl.log
regctl image mod ocidir://first:1 --create ocidir://made:1 --digest-algo sha512 > regctl.log
ended() {
  local name=$1 say=$2 code=0; shift 2
  "$@" > tool.log 2>&1 || code=$?
  [ $code = 0 ] && echo "$name: exit 0" || echo "$name: exit $code ($(grep -o -m1 "$say" tool.log | head -1))"
}
cat > serve.py <<'X'
import http.server, json, os, sys
with open("made/index.json") as file:
    top = json.load(file)["manifests"][0]

class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        where, _, name = self.path.rpartition("/")
        digest = top["digest"] if name == "1" else name
        blob = "made/blobs/" + digest.replace(":", "/")
        if where in ("/v2/list/manifests", "/v2/list/blobs") and os.path.isfile(blob):
            with open(blob, "rb") as file:
                body = file.read()
            kind = json.loads(body)["mediaType"] if where.endswith("manifests") else "application/octet-stream"
        elif self.path == "/v2/":
            body, kind = b"{}", "application/json"
        else:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", digest)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
    do_HEAD = do_GET
    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
with open("port.part", "w") as file:
    file.write(str(server.server_port))
os.rename("port.part", "port")
server.serve_forever()
X
python3 serve.py & SERVERS="$SERVERS $!"
until [ -e port ]; do kill -0 $SERVERS; done
LIST=127.0.0.1:$(cat port)/list:1
{
  ended "oras cp of the list to a layout" . bin/oras cp --no-tty --from-plain-http "$LIST" --to-oci-layout sound:1
  ended "crane push of regctl's layout" MANIFEST_UNKNOWN bin/crane push made "$HOST/other:1"
  ended "crane copy of the list" MANIFEST_UNKNOWN bin/crane copy "$LIST" "$HOST/other:1"
  digest=$(bin/crane digest --platform linux/amd64 "$LIST")
  echo "crane digest --platform linux/amd64: ${digest%%:*}, in the list: $(bin/crane manifest "$LIST" | grep -q "$digest" && echo yes || echo no)"
  pulled=$(ended "crane pull --format=oci" . bin/crane pull --format=oci "$LIST" layout)
  entries=$(bin/crane manifest "$LIST" | grep -o 'sha512:[0-9a-f]*' | tr : /)
  here=0; for entry in $entries; do [ ! -e "layout/blobs/$entry" ] || here=$((here + 1)); done
  echo "$pulled, manifests of the list in the layout: $here of $(echo "$entries" | wc -l)"
  top=$(grep -o 'sha256:[0-9a-f]*' layout/index.json)
  ended "oras cp from crane's layout" "not found" bin/oras cp --no-tty --from-oci-layout "layout@$top" --to-oci-layout copy:1
} > seen
diff - seen <<'X'
oras cp of the list to a layout: exit 0
crane push of regctl's layout: exit 1 (MANIFEST_UNKNOWN)
crane copy of the list: exit 1 (MANIFEST_UNKNOWN)
crane digest --platform linux/amd64: sha256, in the list: no
crane pull --format=oci: exit 0, manifests of the list in the layout: 0 of 2
oras cp from crane's layout: exit 1 (not found)
X
cat seen
