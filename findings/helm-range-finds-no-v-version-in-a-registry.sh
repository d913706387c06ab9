#!/usr/bin/env bash
# helm 4.3.2, on crane 0.22.1's registry and a chart repository (index.yaml) over HTTP.
#
# Expected: a chart whose version is v1.2.0, which Helm packages and pushes (cert-manager's are of this
# form), is found by `--version '>=1.0.0'`, and by no version at all, in a registry as in a chart
# repository.
# Seen: the repository gives it both times. Of a registry's tags Helm counts those without the v only
# ("unable to locate any tags in provided repository", though the tag is there). The tag has to be given
# as it is written, and then 1.2.0 is another than v1.2.0, where the repository gives v1.2.0 for both.
#
#   repository: none v1.2.0, '>=1.0.0' v1.2.0, 1.2.0 v1.2.0, v1.2.0 v1.2.0
#   registry: none not found, '>=1.0.0' not found, 1.2.0 not found, v1.2.0 v1.2.0
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; [ -z "${FILES:-}" ] || kill "$FILES"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install helm.sh/helm/v4/cmd/helm@v4.3.2 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
mkdir -p app charts
printf 'apiVersion: v2\nname: app\nversion: v1.2.0\n' > app/Chart.yaml
bin/helm package app -d charts > helm.log
bin/helm repo index charts
bin/helm push charts/app-v1.2.0.tgz "oci://$HOST/charts" --plain-http > helm.log 2>&1
cat > serve.py <<'X'
import functools, http.server, pathlib
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory="charts")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
pathlib.Path("port.new").write_text(str(server.server_port))
pathlib.Path("port.new").rename("port")
server.serve_forever()
X
python3 serve.py 2> files.log & FILES=$!
until [ -e port ]; do kill -0 "$FILES"; done
bin/helm repo add files "http://127.0.0.1:$(cat port)" > helm.log
asked() { # WORDS, then helm's arguments
  local version
  if version=$(bin/helm show chart "${@:2}" 2> helm.log | sed -n 's/^version: //p') && [ -n "$version" ]; then echo "$1 $version"
  else grep -q -e 'not found' -e 'unable to locate any tags' helm.log || cat helm.log; echo "$1 not found"; fi
}
all() { # WORD, CHART, further arguments
  echo "$1: $(asked none "${@:2}"), $(asked "'>=1.0.0'" "${@:2}" --version '>=1.0.0'), $(asked 1.2.0 "${@:2}" --version 1.2.0), $(asked v1.2.0 "${@:2}" --version v1.2.0)"
}
{
  all repository files/app
  all registry "oci://$HOST/charts/app" --plain-http
} > seen
diff - seen <<'X'
repository: none v1.2.0, '>=1.0.0' v1.2.0, 1.2.0 v1.2.0, v1.2.0 v1.2.0
registry: none not found, '>=1.0.0' not found, 1.2.0 not found, v1.2.0 v1.2.0
X
cat seen
