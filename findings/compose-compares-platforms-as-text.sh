#!/usr/bin/env bash
# github.com/compose-spec/compose-go v2.16.2 (by which Docker Compose and buildx bake load Compose files),
# github.com/containerd/platforms v1.0.0-rc.5 (by which BuildKit and Docker read platforms), Go 1.26.8.
#
# Expected: the `platform` of a service has to be among the `platforms` of its build, and linux/arm64 is among
# them where they have linux/arm64/v8: what BuildKit builds for either is one and the same image.
# Seen: the two are compared as texts. A file that writes one platform in two ways ("linux/x86_64" of a machine's
# own name, "linux/arm/v7" where the list says linux/arm) is refused as an invalid project.
#
#   platform linux/arm64, build for linux/arm64: one platform, loaded
#   platform linux/arm64, build for linux/arm64/v8: one platform, refused
#   platform linux/arm64/v8, build for linux/arm64: one platform, refused
#   platform linux/arm, build for linux/arm/v7: one platform, refused
#   platform linux/x86_64, build for linux/amd64: one platform, refused
#   platform linux/arm/v6, build for linux/arm/v7: two platforms, refused
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/containerd/platforms"
)

const service = "services:\n  app:\n    platform: %s\n    build:\n      context: .\n      platforms: [%s]\n"

func load(platform, build string) string {
	file := types.ConfigFile{Filename: "compose.yaml", Content: fmt.Appendf(nil, service, platform, build)}
	_, err := loader.LoadWithContext(context.Background(), types.ConfigDetails{WorkingDir: ".", ConfigFiles: []types.ConfigFile{file}},
		func(options *loader.Options) { options.SetProjectName("finding", true) })
	if err == nil {
		return "loaded"
	}
	if !strings.Contains(err.Error(), "service.build.platforms MUST include service.platform") {
		panic(err)
	}
	return "refused"
}

func main() {
	form := func(text string) string { return platforms.FormatAll(platforms.Normalize(platforms.MustParse(text))) }
	for _, pair := range [][2]string{
		{"linux/arm64", "linux/arm64"}, {"linux/arm64", "linux/arm64/v8"}, {"linux/arm64/v8", "linux/arm64"},
		{"linux/arm", "linux/arm/v7"}, {"linux/x86_64", "linux/amd64"}, {"linux/arm/v6", "linux/arm/v7"},
	} {
		kind := map[bool]string{true: "one platform", false: "two platforms"}[form(pair[0]) == form(pair[1])]
		fmt.Printf("platform %s, build for %s: %s, %s\n", pair[0], pair[1], kind, load(pair[0], pair[1]))
	}
}
X
go get github.com/compose-spec/compose-go/v2@v2.16.2 github.com/containerd/platforms@v1.0.0-rc.5 2>/dev/null
go mod tidy 2>/dev/null
go run . > seen
diff - seen <<'X'
platform linux/arm64, build for linux/arm64: one platform, loaded
platform linux/arm64, build for linux/arm64/v8: one platform, refused
platform linux/arm64/v8, build for linux/arm64: one platform, refused
platform linux/arm, build for linux/arm/v7: one platform, refused
platform linux/x86_64, build for linux/amd64: one platform, refused
platform linux/arm/v6, build for linux/arm/v7: two platforms, refused
X
cat seen
