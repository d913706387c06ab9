#!/usr/bin/env bash
# github.com/google/go-containerregistry v0.22.1 (crane, ko, cosign; its own registry served, with referrers, a
# page of one entry at a time), containerd v2.4.2 (core/remotes/docker), oras-go v2.7.0, regclient v0.11.7 (Go
# 1.26.8), cosign 3.1.3.
#
# Expected: a registry may give the referrers of an image in pages, as it gives tags: the OCI distribution
# specification v1.1 has the Link header for it, and clients follow it as they do for tags.
# Seen: go-containerregistry and containerd read the first page and take it for the whole; oras-go and regclient
# read all. So an image that is signed does not verify with cosign ("no signatures found") once the bundle
# is on the second page, behind an SBOM that was attached later; while it was first, it did.
#
#   of 3 referrers: go-containerregistry 1, containerd 1, oras-go 3, regclient 3
#   bundle first: cosign verifies
#   bundle second: cosign fails (no signatures found)
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 COSIGN_PASSWORD=
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3 2>/dev/null
cat > go.mod <<'X'
module finding
go 1.26
X
mkdir serve ask
cat > serve/main.go <<'X'
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1"
)

func main() {
	inner := registry.New(registry.WithReferrersSupport(true))
	pushed := map[string]int{}
	handler := func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.URL.Path, "/referrers/") {
			inner.ServeHTTP(w, r)
			if digest := w.Header().Get("Docker-Content-Digest"); r.Method == "PUT" && pushed[digest] == 0 {
				pushed[digest] = len(pushed) + 1
			}
			return
		}
		whole := httptest.NewRecorder()
		inner.ServeHTTP(whole, r)
		var index v1.IndexManifest
		if err := json.Unmarshal(whole.Body.Bytes(), &index); err != nil {
			panic(err)
		}
		all := index.Manifests
		slices.SortFunc(all, func(a, b v1.Descriptor) int { return pushed[b.Digest.String()] - pushed[a.Digest.String()] })
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		index.Manifests = all[min(page, len(all)):min(page+1, len(all))]
		if page+1 < len(all) {
			w.Header().Set("Link", fmt.Sprintf("<%s?page=%d>; rel=\"next\"", r.URL.Path, page+1))
		}
		w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
		json.NewEncoder(w).Encode(index)
	}
	panic(http.ListenAndServe(os.Args[1], http.HandlerFunc(handler)))
}
X
cat > ask/main.go <<'X'
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/containerd/containerd/v2/core/remotes"
	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/regclient/regclient"
	"github.com/regclient/regclient/config"
	"github.com/regclient/regclient/types/ref"
	oras "oras.land/oras-go/v2/registry/remote"

	ggcr "github.com/google/go-containerregistry/pkg/v1"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	repo := must(name.NewRepository(os.Args[2]))
	switch os.Args[1] {
	case "image":
		image := must(random.Image(64, 1))
		if err := remote.Write(repo.Tag("1"), image); err != nil {
			panic(err)
		}
		fmt.Println(must(image.Digest()))
	case "attach":
		subject := must(remote.Head(repo.Digest(os.Args[3])))
		image := mutate.ConfigMediaType(must(mutate.Config(empty.Image, ggcr.Config{Labels: map[string]string{"n": os.Args[4]}})), "application/vnd.example.sbom")
		image = mutate.MediaType(image, types.OCIManifestSchema1)
		image = mutate.Subject(image, *subject).(ggcr.Image)
		if err := remote.Write(repo.Digest(must(partial.Descriptor(image)).Digest.String()), image); err != nil {
			panic(err)
		}
	case "count":
		one := must(must(remote.Referrers(repo.Digest(os.Args[3]))).IndexManifest())
		fetcher := must(docker.NewResolver(docker.ResolverOptions{}).Fetcher(ctx, os.Args[2]+"@"+os.Args[3]))
		two := must(fetcher.(remotes.ReferrersFetcher).FetchReferrers(ctx, digest.Digest(os.Args[3])))
		repository := must(oras.NewRepository(os.Args[2]))
		repository.PlainHTTP = true
		three := 0
		subject := must(repository.Resolve(ctx, os.Args[3]))
		if err := repository.Referrers(ctx, subject, "", func(page []v1.Descriptor) error { three += len(page); return nil }); err != nil {
			panic(err)
		}
		host := config.HostNewName(strings.SplitN(os.Args[2], "/", 2)[0])
		host.TLS = config.TLSDisabled
		four := must(regclient.New(regclient.WithConfigHost(*host)).ReferrerList(ctx, must(ref.New(os.Args[2]+"@"+os.Args[3]))))
		fmt.Printf("go-containerregistry %d, containerd %d, oras-go %d, regclient %d\n", len(one.Manifests), len(two), three, len(four.Descriptors))
	}
}
X
go get github.com/google/go-containerregistry@v0.22.1 github.com/containerd/containerd/v2@v2.4.2 oras.land/oras-go/v2@v2.7.0 \
  github.com/regclient/regclient@v0.11.7 2>/dev/null
go mod tidy 2>/dev/null
go build -o bin ./serve ./ask
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/serve "$HOST" 2> registry.log & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
digest=$(bin/ask image "$HOST/app")
bin/cosign signing-config create --out services.json
bin/cosign trusted-root create --out roots.json
bin/cosign generate-key-pair > cosign.log 2>&1
bin/cosign sign --key cosign.key --signing-config services.json --trusted-root roots.json -y "$HOST/app@$digest" > cosign.log 2>&1
verify() {
  if bin/cosign verify --key cosign.pub --insecure-ignore-tlog "$HOST/app@$digest" > cosign.log 2>&1; then echo "$1: cosign verifies"
  else echo "$1: cosign fails ($(grep -o -m1 'no signatures found' cosign.log))"; fi
}
{
  verify "bundle first"
  bin/ask attach "$HOST/app" "$digest" 1
  verify "bundle second"
  bin/ask attach "$HOST/app" "$digest" 2
  echo "of 3 referrers: $(bin/ask count "$HOST/app" "$digest")"
} > seen
diff - seen <<'X'
bundle first: cosign verifies
bundle second: cosign fails (no signatures found)
of 3 referrers: go-containerregistry 1, containerd 1, oras-go 3, regclient 3
X
cat seen
