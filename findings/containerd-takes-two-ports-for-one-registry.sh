#!/usr/bin/env bash
# containerd v2.4.2 (core/remotes, its docker resolver and content store; Go 1.26.8), two small servers
# that answer as registries do.
#
# Expected: containerd remembers where a layer came from (the label containerd.io/distribution.source.…)
# so that a push can have it mounted from a repository of the same registry; two ports of a host are two
# registries, as they are to Docker's names and logins.
# Seen: the port is left out of the label. A layer that was pulled from HOST:A/team/base is asked of
# HOST:B as a mount from team/base, a repository that B never had.
#
#   label: containerd.io/distribution.source.127.0.0.1=team/base
#   the other registry was asked: POST /v2/app/blobs/uploads/ mount=sha256:… from=team/base
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 GOFLAGS=-mod=mod
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/core/remotes"
	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/containerd/platforms"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	store := must(local.NewLabeledStore(must(os.MkdirTemp(".", "store")), &labels{of: map[digest.Digest]map[string]string{}}))
	keep := func(kind, text string) ocispec.Descriptor {
		desc := ocispec.Descriptor{MediaType: kind, Digest: digest.FromString(text), Size: int64(len(text))}
		if err := content.WriteBlob(ctx, store, desc.Digest.String(), bytes.NewReader([]byte(text)), desc); err != nil {
			panic(err)
		}
		return desc
	}
	layer := keep(ocispec.MediaTypeImageLayer, "a layer")
	config := keep(ocispec.MediaTypeImageConfig, "{}")
	manifest := keep(ocispec.MediaTypeImageManifest, fmt.Sprintf(
		`{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":%q,"digest":%q,"size":%d},"layers":[{"mediaType":%q,"digest":%q,"size":%d}]}`,
		ocispec.MediaTypeImageManifest, config.MediaType, config.Digest, config.Size, layer.MediaType, layer.Digest, layer.Size))

	// What a pull from the one registry notes beside the layer.
	note := must(docker.AppendDistributionSourceLabel(store, "127.0.0.1:5001/team/base:1"))
	must(note(ctx, layer))
	for key, value := range must(store.Info(ctx, layer.Digest)).Labels {
		fmt.Printf("label: %s=%s\n", key, value)
	}

	// The other registry: it has nothing, mounts nothing and takes what is sent.
	var lock sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		query := r.URL.Query()
		switch r.Method {
		case http.MethodHead:
			w.WriteHeader(http.StatusNotFound)
		case http.MethodPost:
			if query.Has("mount") {
				mount := strings.ReplaceAll(query.Get("mount"), layer.Digest.Encoded(), "…")
				fmt.Printf("the other registry was asked: POST %s mount=%s from=%s\n", r.URL.Path, mount, query.Get("from"))
			}
			w.Header().Set("Location", "/v2/app/blobs/uploads/1")
			w.WriteHeader(http.StatusAccepted)
		default:
			bytes.NewBuffer(nil).ReadFrom(r.Body)
			w.WriteHeader(http.StatusCreated)
		}
	}))
	defer server.Close()
	reference := strings.TrimPrefix(server.URL, "http://") + "/app:1"
	resolver := docker.NewResolver(docker.ResolverOptions{Hosts: docker.ConfigureDefaultRegistries(docker.WithPlainHTTP(docker.MatchAllHosts))})
	if err := remotes.PushContent(ctx, must(resolver.Pusher(ctx, reference)), manifest, store, nil, platforms.All, nil); err != nil {
		panic(err)
	}
}

// Labels as containerd's database keeps them, in memory.
type labels struct {
	lock sync.Mutex
	of   map[digest.Digest]map[string]string
}

func (l *labels) Get(d digest.Digest) (map[string]string, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	return l.of[d], nil
}

func (l *labels) Set(d digest.Digest, set map[string]string) error {
	l.lock.Lock()
	defer l.lock.Unlock()
	l.of[d] = set
	return nil
}

func (l *labels) Update(d digest.Digest, update map[string]string) (map[string]string, error) {
	l.lock.Lock()
	defer l.lock.Unlock()
	all := map[string]string{}
	for _, some := range []map[string]string{l.of[d], update} {
		for key, value := range some {
			all[key] = value
		}
	}
	l.of[d] = all
	return all, nil
}
X
go get github.com/containerd/containerd/v2@v2.4.2 2>/dev/null
go mod tidy 2>/dev/null
go run . > seen 2> run.log || { cat run.log; exit 1; }
diff - seen <<'X'
label: containerd.io/distribution.source.127.0.0.1=team/base
the other registry was asked: POST /v2/app/blobs/uploads/ mount=sha256:… from=team/base
X
cat seen
