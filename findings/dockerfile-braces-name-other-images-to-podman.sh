#!/usr/bin/env bash
# BuildKit v0.34.2 (its Dockerfile frontend), github.com/openshift/imagebuilder v1.2.22, which reads
# Dockerfiles for podman and buildah (Go 1.26.8).
#
# Expected: a FROM that both take names one image, or one of them says that it cannot read it.
# Seen: without TAG `FROM alpine:${TAG:?not-given}` stops BuildKit, as the shell's `:?` does; to
# imagebuilder the message is the value, alpine:not-given. Its `*` in `##` and `%%` does not go over
# a slash, so that the registry's team stays in the name; and a default for TARGETARCH counts in
# BuildKit only.
#
#   FROM alpine:${TAG:?not-given}                                buildkit error | imagebuilder alpine:not-given
#   ARG BASE=ghcr.io/team/app:1  FROM mirror.example/${BASE##*/} buildkit mirror.example/app:1 | imagebuilder mirror.example/team/app:1
#   ARG BASE=ghcr.io/team/app:1  FROM ${BASE%%/*}/tool:1         buildkit ghcr.io/tool:1 | imagebuilder ghcr.io/team/tool:1
#   ARG TARGETARCH=all  FROM ghcr.io/app:${TARGETARCH}           buildkit ghcr.io/app:all | imagebuilder ghcr.io/app:(host)
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/opencontainers/go-digest"
	"github.com/openshift/imagebuilder"
)

func main() {
	for _, lines := range [][]string{
		{"FROM alpine:${TAG:?not-given}"},
		{"ARG BASE=ghcr.io/team/app:1", "FROM mirror.example/${BASE##*/}"},
		{"ARG BASE=ghcr.io/team/app:1", "FROM ${BASE%%/*}/tool:1"},
		{"ARG TARGETARCH=all", "FROM ghcr.io/app:${TARGETARCH}"},
	} {
		text := strings.Join(lines, "\n") + "\n"
		fmt.Printf("%s: buildkit %s, imagebuilder %s\n", strings.Join(lines, "  "), byBuildKit(text), byImagebuilder(text))
	}
}

// asked keeps the name that BuildKit wants the config of.
type asked struct{ name string }

func (it *asked) ResolveImageConfig(_ context.Context, name string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	it.name = name
	return name, "", []byte(`{"os":"linux","architecture":"` + runtime.GOARCH + `"}`), nil
}

func byBuildKit(text string) string {
	resolver := &asked{}
	options := dockerfile2llb.ConvertOpt{Config: dockerui.Config{}, MetaResolver: resolver}
	if _, err := dockerfile2llb.Dockerfile2LLB(context.Background(), []byte(text), options); err != nil {
		return "error"
	}
	return resolver.name
}

func byImagebuilder(text string) string {
	node, err := imagebuilder.ParseDockerfile(strings.NewReader(text))
	if err != nil {
		return "error"
	}
	stages, err := imagebuilder.NewStages(node, imagebuilder.NewBuilder(nil))
	if err != nil {
		return "error"
	}
	name, err := stages[0].Builder.From(stages[0].Node)
	if err != nil {
		return "error"
	}
	return strings.Replace(name, ":"+runtime.GOARCH, ":(host)", 1)
}
X
export GOFLAGS=-mod=mod
go get github.com/openshift/imagebuilder@v1.2.22 github.com/moby/buildkit@v0.34.2 2>/dev/null
go run . 2>go.log > seen || { cat go.log; exit 1; }
diff - seen <<'X'
FROM alpine:${TAG:?not-given}: buildkit error, imagebuilder alpine:not-given
ARG BASE=ghcr.io/team/app:1  FROM mirror.example/${BASE##*/}: buildkit mirror.example/app:1, imagebuilder mirror.example/team/app:1
ARG BASE=ghcr.io/team/app:1  FROM ${BASE%%/*}/tool:1: buildkit ghcr.io/tool:1, imagebuilder ghcr.io/team/tool:1
ARG TARGETARCH=all  FROM ghcr.io/app:${TARGETARCH}: buildkit ghcr.io/app:all, imagebuilder ghcr.io/app:(host)
X
cat seen
