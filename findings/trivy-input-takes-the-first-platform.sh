#!/usr/bin/env bash
# github.com/aquasecurity/trivy v0.74.0 (pkg/fanal/image, by which `trivy image` opens what it scans; Go 1.26.8).
#
# Expected: `trivy image --platform linux/amd64 --input LAYOUT` scans the image for linux/amd64 of a list that was saved
# into an OCI layout, as `trivy image --platform linux/amd64 NAME` scans it out of a registry, and fails where there
# is none.
# Seen: what opens an --input is given no platform, and goes down to the first image of the first list: a scan of one
# and the same image is about another platform by the order of the list, without a word. A tag behind the path
# (`LAYOUT:1`) chooses the list, and its first image again.
#
#   list arm64, amd64: registry linux/amd64 has amd64, registry linux/s390x an error, layout has arm64, layout:1 has arm64
#   list amd64, arm64: registry linux/amd64 has amd64, registry linux/s390x an error, layout has amd64, layout:1 has amd64
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/aquasecurity/trivy/pkg/fanal/image"
	"github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func of(image v1.Image) string { return "has " + must(image.ConfigFile()).Architecture }

func main() {
	server := httptest.NewServer(registry.New())
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://") + "/app"
	pull := func(tag, platform string) string {
		image, _, err := image.NewContainerImage(context.Background(), address+":"+tag, types.ImageOptions{
			ImageSources: types.ImageSources{types.RemoteImageSource},
			RegistryOptions: types.RegistryOptions{
				Insecure: true, Platform: types.Platform{Platform: must(v1.ParsePlatform(platform))},
			},
		})
		if err != nil {
			return "an error"
		}
		return of(image)
	}
	for _, order := range [][]string{{"arm64", "amd64"}, {"amd64", "arm64"}} {
		list := v1.ImageIndex(empty.Index)
		for _, arch := range order {
			platform := v1.Platform{OS: "linux", Architecture: arch}
			image := must(mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: platform.OS, Architecture: arch}))
			list = mutate.AppendManifests(list, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}})
		}
		tag := strings.Join(order, "-")
		if err := remote.WriteIndex(must(name.ParseReference(address+":"+tag, name.Insecure)), list); err != nil {
			panic(err)
		}
		named := layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "1"})
		if err := must(layout.Write(tag, empty.Index)).AppendIndex(list, named); err != nil {
			panic(err)
		}
		fmt.Printf("list %s: registry linux/amd64 %s, registry linux/s390x %s, layout %s, layout:1 %s\n", strings.Join(order, ", "),
			pull(tag, "linux/amd64"), pull(tag, "linux/s390x"),
			of(must(image.NewArchiveImage(tag))), of(must(image.NewArchiveImage(tag+":1"))))
	}
}
X
go get github.com/aquasecurity/trivy@v0.74.0 2>/dev/null
go mod tidy 2>/dev/null
go build -o finding .
./finding 2> finding.log > seen || { cat finding.log; exit 1; }
diff - seen <<'X'
list arm64, amd64: registry linux/amd64 has amd64, registry linux/s390x an error, layout has arm64, layout:1 has arm64
list amd64, arm64: registry linux/amd64 has amd64, registry linux/s390x an error, layout has amd64, layout:1 has amd64
X
cat seen
