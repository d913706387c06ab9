#!/usr/bin/env bash
# github.com/anchore/stereoscope v0.4.1 (by which syft and grype get images), github.com/containerd/platforms
# v1.0.0-rc.5, github.com/google/go-containerregistry v0.22.1 (Go 1.26.8; its own registry served).
#
# Expected: the image that a list has for linux/arm is found by `--platform linux/arm`, the same text: as it is
# written (crane goes by that), or since both are read as linux/arm/v7 (containerd, out of which stereoscope's
# reading of platforms was taken).
# Seen: what is asked for becomes linux/arm/v7, and what the list says stays linux/arm, so that no text finds the image:
# linux/arm and linux/arm/v7 are "no child with platform linux/arm/v7". Where the list says v7 and the config of that
# image says arm alone, it is found and refused. linux/arm64/v8 is read the other way round, as linux/arm64.
#
#   list linux/arm, asked linux/arm: containerd found, crane found, stereoscope not found
#   list linux/arm, asked linux/arm/v7: containerd found, crane not found, stereoscope not found
#   list linux/arm/v7, asked linux/arm: containerd found, crane found, stereoscope found
#   list linux/arm/v7 of a config linux/arm, asked linux/arm: containerd found, crane found, stereoscope refused
#   list linux/arm64/v8, asked linux/arm64: containerd found, crane found, stereoscope found
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"strings"

	"github.com/anchore/stereoscope/pkg/file"
	"github.com/anchore/stereoscope/pkg/image"
	"github.com/anchore/stereoscope/pkg/image/oci"
	"github.com/containerd/platforms"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func imageOf(platform *v1.Platform) v1.Image {
	config := &v1.ConfigFile{OS: platform.OS, Architecture: platform.Architecture, Variant: platform.Variant, RootFS: v1.RootFS{Type: "layers"}}
	return mutate.MediaType(must(mutate.ConfigFile(empty.Image, config)), types.OCIManifestSchema1)
}

func entry(platform, config *v1.Platform) mutate.IndexAddendum {
	return mutate.IndexAddendum{Add: imageOf(config), Descriptor: v1.Descriptor{Platform: platform}}
}

func main() {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	tag := must(name.NewTag(strings.TrimPrefix(server.URL, "http://") + "/app:1"))
	for _, it := range [][3]string{
		{"linux/arm", "linux/arm", "linux/arm"}, {"linux/arm", "linux/arm", "linux/arm/v7"}, {"linux/arm/v7", "linux/arm/v7", "linux/arm"},
		{"linux/arm/v7", "linux/arm", "linux/arm"}, {"linux/arm64/v8", "linux/arm64/v8", "linux/arm64"},
	} {
		listed, config, asked := must(v1.ParsePlatform(it[0])), must(v1.ParsePlatform(it[1])), must(v1.ParsePlatform(it[2]))
		amd64 := &v1.Platform{OS: "linux", Architecture: "amd64"}
		index := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), entry(amd64, amd64), entry(listed, config))
		if err := remote.WriteIndex(tag, index); err != nil {
			panic(err)
		}
		words := map[bool]string{true: "found", false: "not found"}
		containerd := words[platforms.OnlyStrict(platforms.MustParse(it[2])).Match(platforms.MustParse(it[0]))]
		_, err := remote.Image(tag, remote.WithPlatform(*asked))
		crane := words[err == nil]
		files := file.NewTempDirGenerator("finding")
		provider := oci.NewRegistryProvider(files, image.RegistryOptions{InsecureUseHTTP: true}, tag.String(), must(image.NewPlatform(it[2])))
		_, err = provider.Provide(context.Background())
		if err := files.Cleanup(); err != nil {
			panic(err)
		}
		stereoscope := words[err == nil]
		var mismatch *image.ErrPlatformMismatch
		if errors.As(err, &mismatch) {
			stereoscope = "refused"
		} else if err != nil && !strings.Contains(err.Error(), "no child with platform linux/arm/v7") {
			panic(err)
		}
		list := "list " + it[0]
		if it[1] != it[0] {
			list += " of a config " + it[1]
		}
		fmt.Printf("%s, asked %s: containerd %s, crane %s, stereoscope %s\n", list, it[2], containerd, crane, stereoscope)
	}
}
X
go get github.com/anchore/stereoscope@v0.4.1 github.com/containerd/platforms@v1.0.0-rc.5 github.com/google/go-containerregistry@v0.22.1 2>/dev/null
go mod tidy 2>/dev/null
go build -o ask . 2> build.log || { cat build.log; exit 1; }
mkdir tmp
TMPDIR=$T/tmp ./ask > seen
diff - seen <<'X'
list linux/arm, asked linux/arm: containerd found, crane found, stereoscope not found
list linux/arm, asked linux/arm/v7: containerd found, crane not found, stereoscope not found
list linux/arm/v7, asked linux/arm: containerd found, crane found, stereoscope found
list linux/arm/v7 of a config linux/arm, asked linux/arm: containerd found, crane found, stereoscope refused
list linux/arm64/v8, asked linux/arm64: containerd found, crane found, stereoscope found
X
cat seen
