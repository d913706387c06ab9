#!/usr/bin/env bash
# github.com/google/go-containerregistry v0.22.1 (pkg/registry with WithReferrersSupport, by which Go projects test
# against a registry; Go 1.26.8), oras 1.3.6, regctl 0.11.7.
#
# Expected: the referrers API names an artifact by the artifactType of its manifest, as the OCI distribution
# specification has it, and says OCI-Subject for a push with a subject, so that clients keep no tag sha256-….
# Seen: it names each by the type of its config, which is application/vnd.oci.empty.v1+json for all artifacts of
# the form that image-spec 1.1 recommends: who asks for SBOMs gets none, exit 0. And it never says
# OCI-Subject, so that clients write the tag as well, which has the right type and which they do not read.
#
#   listed: artifactType application/vnd.oci.empty.v1+json, its manifest says application/vnd.example.sbom
#   oras discover: 1 of any type, 0 of application/vnd.example.sbom
#   regctl artifact list: 1 of any type, 0 of application/vnd.example.sbom
#   the tag sha256-…: artifactType application/vnd.example.sbom
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	panic(http.ListenAndServe(os.Args[1], registry.New(registry.WithReferrersSupport(true))))
}
X
go get github.com/google/go-containerregistry@v0.22.1 2>/dev/null
go mod tidy 2>/dev/null
go build -o bin/serve .
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/serve "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
regctl() { bin/regctl --host "reg=$HOST,tls=disabled" "$@"; }
TYPE=application/vnd.example.sbom
echo layer > layer; tar cf layer.tar layer
bin/crane append --oci-empty-base -f layer.tar -t "$HOST/app:1" > crane.log 2>&1
echo '{}' > sbom.json
bin/oras attach --plain-http --no-tty "$HOST/app:1" --artifact-type $TYPE sbom.json > oras.log
image=$(bin/crane digest "$HOST/app:1")
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)'"$1"')'; }
count() { python3 -c 'import json, sys; print(len(json.load(sys.stdin).get(sys.argv[1]) or []))' "$1"; }
{
  curl -sf "http://$HOST/v2/app/referrers/$image" > listed.json
  sbom=$(field '["manifests"][0]["digest"]' < listed.json)
  echo "listed: artifactType $(field '["manifests"][0]["artifactType"]' < listed.json), its manifest says $(bin/crane manifest "$HOST/app@$sbom" | field '["artifactType"]')"
  oras() { bin/oras discover --plain-http --format json "$@" "$HOST/app:1" | count referrers; }
  echo "oras discover: $(oras) of any type, $(oras --artifact-type $TYPE) of $TYPE"
  list() { regctl artifact list --format '{{json .}}' "$@" "$HOST/app:1" | count descriptors; }
  echo "regctl artifact list: $(list) of any type, $(list --filter-artifact-type $TYPE) of $TYPE"
  echo "the tag sha256-…: artifactType $(bin/crane manifest "$HOST/app:${image/:/-}" | field '["manifests"][0]["artifactType"]')"
} > seen
diff - seen <<'X'
listed: artifactType application/vnd.oci.empty.v1+json, its manifest says application/vnd.example.sbom
oras discover: 1 of any type, 0 of application/vnd.example.sbom
regctl artifact list: 1 of any type, 0 of application/vnd.example.sbom
the tag sha256-…: artifactType application/vnd.example.sbom
X
cat seen
