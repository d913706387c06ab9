#!/usr/bin/env bash
# github.com/opencontainers/image-spec v1.1.1 (schema, its own validator; Go 1.26.8), umoci 0.6.0, regctl 0.11.7,
# oras 1.3.6.
#
# Expected: what the OCI's own tool writes as an image passes the OCI's own schema; the image specification says
# that a manifest SHOULD have at least one layer, for portability, so one without any is an image.
# Seen: `umoci new`, the beginning of every image that umoci makes, writes `"layers": []`. The schema
# beside the specification refuses it, where the tools copy it: who validates by the schema refuses an image
# that is sound by the text.
#
#   umoci new: layers []
#   schema of manifests: minimum 1 items required, but found 0 items
#   schema of configs: valid
#   schema of indexes, the layout's index.json: valid
#   regctl image copy: exit 0, oras cp: exit 0
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
# Its go.mod replaces a module, so that it cannot be installed by name; it is built from its source.
source=$(go mod download -json github.com/opencontainers/umoci@v0.6.0 | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
cp -r "$source" umoci && chmod -R u+w umoci
(cd umoci && go build -o "$T/bin/umoci" ./cmd/umoci 2>/dev/null)
mkdir validate
cat > validate/go.mod <<'X'
module finding
go 1.26
X
cat > validate/main.go <<'X'
package main

import (
	"fmt"
	"os"
	"regexp"

	"github.com/opencontainers/image-spec/schema"
)

func main() {
	kinds := map[string]schema.Validator{
		"manifests": schema.ValidatorMediaTypeManifest,
		"configs":   schema.ValidatorMediaTypeImageConfig,
		"indexes":   schema.ValidatorMediaTypeImageIndex,
	}
	file, err := os.Open(os.Args[2])
	if err != nil {
		panic(err)
	}
	if err := kinds[os.Args[1]].Validate(file); err != nil {
		fmt.Println(regexp.MustCompile("minimum.*").FindString(err.Error()))
	} else {
		fmt.Println("valid")
	}
}
X
(cd validate && go get github.com/opencontainers/image-spec@v1.1.1 2>/dev/null && go mod tidy 2>/dev/null && go build -o ../bin/validate .)
bin/umoci init --layout layout
bin/umoci new --image layout:1
blob() { echo "layout/blobs/$(python3 -c "import json, sys; print(json.load(open(sys.argv[1]))$2['digest'].replace(':', '/'))" "$1")"; }
manifest=$(blob layout/index.json '["manifests"][0]')
config=$(blob "$manifest" '["config"]')
copied() { if "$@" > copy.log 2>&1; then echo "exit 0"; else echo "exit $?"; fi; }
{
  echo "umoci new: layers $(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["layers"])' "$manifest")"
  echo "schema of manifests: $(bin/validate manifests "$manifest")"
  echo "schema of configs: $(bin/validate configs "$config")"
  echo "schema of indexes, the layout's index.json: $(bin/validate indexes layout/index.json)"
  echo "regctl image copy: $(copied bin/regctl image copy ocidir://layout:1 ocidir://second:1), oras cp: $(copied bin/oras cp --no-tty --from-oci-layout layout:1 --to-oci-layout third:1)"
} > seen
diff - seen <<'X'
umoci new: layers []
schema of manifests: minimum 1 items required, but found 0 items
schema of configs: valid
schema of indexes, the layout's index.json: valid
regctl image copy: exit 0, oras cp: exit 0
X
cat seen
