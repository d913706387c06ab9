#!/usr/bin/env bash
# crane 0.22.1, oras 1.3.6, regctl 0.11.7, on crane's registry; github.com/containerd/platforms v1.0.0-rc.5 and
# go.podman.io/image v5.42.1 (podman, skopeo, CRI-O) for what engines choose (Go 1.26.8).
#
# Expected: linux/amd64 is the image that every x86-64 machine runs, whose other name is linux/amd64/v1; an image for
# amd64/v3, in the same list for newer machines, is for who asks for it.
# Seen: to crane and oras linux/amd64 is any level, so that the first entry decides: `crane copy --platform
# linux/amd64` mirrors an image that older machines cannot run, where engines take the other one. amd64/v1 is
# amd64 to containerd and regctl; crane and oras, asked for amd64/v1, do not find amd64, and podman, asked
# for amd64, does not find amd64/v1.
#
#   list [amd64/v3, amd64], asked linux/amd64: containerd amd64, podman amd64, regctl amd64, crane amd64/v3, oras amd64/v3
#   list [amd64, amd64/v3], asked linux/amd64: containerd amd64, podman amd64, regctl amd64, crane amd64, oras amd64
#   list [amd64/v3], asked linux/amd64: containerd none, podman none, regctl none, crane amd64/v3, oras amd64/v3
#   list [amd64/v1], asked linux/amd64: containerd amd64/v1, podman none, regctl amd64/v1, crane amd64/v1, oras amd64/v1
#   list [amd64], asked linux/amd64/v1: containerd amd64, podman amd64, regctl amd64, crane none, oras none
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
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/containerd/platforms"
	"github.com/opencontainers/image-spec/specs-go/v1"
	"go.podman.io/image/v5/manifest"
	"go.podman.io/image/v5/types"
)

func containerd(entries []v1.Descriptor, asked v1.Platform) string {
	matcher := platforms.Only(asked)
	entries = slices.DeleteFunc(slices.Clone(entries), func(it v1.Descriptor) bool { return !matcher.Match(*it.Platform) })
	if len(entries) == 0 {
		return "none"
	}
	slices.SortStableFunc(entries, func(a, b v1.Descriptor) int {
		switch {
		case matcher.Less(*a.Platform, *b.Platform):
			return -1
		case matcher.Less(*b.Platform, *a.Platform):
			return 1
		}
		return 0
	})
	return entries[0].Digest.String()
}

func podman(list []byte, asked v1.Platform) string {
	index, err := manifest.OCI1IndexFromManifest(list)
	if err != nil {
		panic(err)
	}
	digest, err := index.ChooseInstance(&types.SystemContext{OSChoice: asked.OS, ArchitectureChoice: asked.Architecture, VariantChoice: asked.Variant})
	if err != nil {
		return "none"
	}
	return digest.String()
}

func main() {
	list, err := io.ReadAll(os.Stdin)
	if err != nil {
		panic(err)
	}
	var index v1.Index
	if err := json.Unmarshal(list, &index); err != nil {
		panic(err)
	}
	asked := platforms.MustParse(os.Args[2])
	switch os.Args[1] {
	case "containerd":
		fmt.Println(containerd(index.Manifests, asked))
	case "podman":
		fmt.Println(podman(list, asked))
	}
}
X
go get github.com/containerd/platforms@v1.0.0-rc.5 go.podman.io/image/v5@v5.42.1 2>/dev/null
go mod tidy 2>/dev/null
go build -tags containers_image_openpgp -o choose . 2> build.log || { cat build.log; exit 1; }
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
for platform in s390x amd64 amd64/v1 amd64/v3; do
  tag=${platform/\//-}; echo "$platform" > file
  bin/crane append --oci-empty-base -f <(tar cf - file) -t "$HOST/app:$tag" > crane.log 2>&1
  bin/crane mutate "$HOST/app:$tag" --set-platform "linux/$platform" -t "$HOST/app:$tag" > crane.log 2>&1
done
declare -A named=([none]=none)
for platform in amd64 amd64/v1 amd64/v3; do named[$(bin/crane digest "$HOST/app:${platform/\//-}")]=$platform; done
choose() { # TOOL PLATFORM
  case $1 in
    containerd | podman) bin/crane manifest "$HOST/app:list" | ./choose "$1" "$2" ;;
    regctl) bin/regctl --host "reg=$HOST,tls=disabled" image digest --platform "$2" "$HOST/app:list" 2> tool.log || { grep -q 'platform not found' tool.log && echo none; } ;;
    crane) bin/crane digest --platform "$2" "$HOST/app:list" 2> tool.log || { grep -q 'no child with platform' tool.log && echo none; } ;;
    oras) bin/oras resolve --plain-http --platform "$2" "$HOST/app:list" 2> tool.log || { grep -q 'no matching manifest' tool.log && echo none; } ;;
  esac
}
asked() { # PLATFORM, ENTRIES: of a list that has s390x besides, since what has one entry may not be asked at all
  local tool entry line sources=(-m "$HOST/app:s390x")
  for entry in "${@:2}"; do sources+=(-m "$HOST/app:${entry/\//-}"); done
  bin/crane index append "${sources[@]}" -t "$HOST/app:list" > crane.log 2>&1
  line="list [$(printf '%s, ' "${@:2}")"
  line="${line%, }], asked $1:"
  for tool in containerd podman regctl crane oras; do line="$line $tool ${named[$(choose "$tool" "$1")]},"; done
  echo "${line%,}"
}
{
  asked linux/amd64 amd64/v3 amd64
  asked linux/amd64 amd64 amd64/v3
  asked linux/amd64 amd64/v3
  asked linux/amd64 amd64/v1
  asked linux/amd64/v1 amd64
} > seen
diff - seen <<'X'
list [amd64/v3, amd64], asked linux/amd64: containerd amd64, podman amd64, regctl amd64, crane amd64/v3, oras amd64/v3
list [amd64, amd64/v3], asked linux/amd64: containerd amd64, podman amd64, regctl amd64, crane amd64, oras amd64
list [amd64/v3], asked linux/amd64: containerd none, podman none, regctl none, crane amd64/v3, oras amd64/v3
list [amd64/v1], asked linux/amd64: containerd amd64/v1, podman none, regctl amd64/v1, crane amd64/v1, oras amd64/v1
list [amd64], asked linux/amd64/v1: containerd amd64, podman amd64, regctl amd64, crane none, oras none
X
cat seen
