#!/usr/bin/env bash
# k8s.io/kubernetes v1.37.2 (pkg/apis/core/v1, the defaults that the API server fills in; Go 1.26.8).
#
# Expected: an image that is pinned by its digest is pulled once for each node: what the digest names cannot
# change, and Kubernetes has the policy IfNotPresent for it.
# Seen: the policy goes by the tag, also where a digest follows it. `app:latest@sha256:…`, which update
# robots write for app:latest, becomes Always, so that the registry is asked at each start of a Pod on a node
# that has the image; `app@sha256:…`, the same image, becomes IfNotPresent. It is so for containers and for
# image volumes.
#
#   app: container Always, volume Always
#   app:latest@sha256:…: container Always, volume Always
#   app@sha256:…: container IfNotPresent, volume IfNotPresent
#   app:1@sha256:…: container IfNotPresent, volume IfNotPresent
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOFLAGS=-mod=mod
cat > main.go <<'X'
package main

import (
	"fmt"
	"os"
	"strings"

	"k8s.io/api/core/v1"
	defaults "k8s.io/kubernetes/pkg/apis/core/v1"
)

func main() {
	digest := strings.Repeat("a", 64)
	for _, image := range os.Args[1:] {
		full := strings.Replace(image, "…", digest, 1)
		container := v1.Container{Image: full}
		defaults.SetDefaults_Container(&container)
		volume := v1.Volume{VolumeSource: v1.VolumeSource{Image: &v1.ImageVolumeSource{Reference: full}}}
		defaults.SetDefaults_Volume(&volume)
		fmt.Printf("%s: container %s, volume %s\n", image, container.ImagePullPolicy, volume.Image.PullPolicy)
	}
}
X
# The module takes its parts from folders of its own repository, which are beside it as modules.
where=$(go mod download -json k8s.io/kubernetes@v1.37.2 | python3 -c 'import json, sys; print(json.load(sys.stdin)["GoMod"])')
{
  printf 'module finding\ngo 1.26\n'
  sed -n 's|^\s*\(k8s.io/\S*\) => ./staging.*|replace \1 => \1 v0.37.2|p' "$where"
} > go.mod
go get k8s.io/kubernetes@v1.37.2 2>/dev/null
go build -o policies . 2> build.log || { cat build.log; exit 1; }
./policies app app:latest@sha256:… app@sha256:… app:1@sha256:… > seen
diff - seen <<'X'
app: container Always, volume Always
app:latest@sha256:…: container Always, volume Always
app@sha256:…: container IfNotPresent, volume IfNotPresent
app:1@sha256:…: container IfNotPresent, volume IfNotPresent
X
cat seen
