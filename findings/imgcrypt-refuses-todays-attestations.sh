#!/usr/bin/env bash
# github.com/containerd/imgcrypt v2.0.3 (images/encryption, by which ctr-enc and nerdctl encrypt images), containerd
# v2.4.2 (Go 1.26.8).
#
# Expected: a list that BuildKit made, each image with its provenance beside it, can be encrypted: imgcrypt knows the
# layers of attestations (application/vnd.in-toto+json is among those that it leaves as they are).
# Seen: it knows them in the form that BuildKit wrote until it made artifacts of them. Today's default has the empty
# config, which is an error, and nothing is encrypted. In the older form (oci-artifact=false) the images are encrypted
# and get new digests, and the attestations still name the old ones: none is about an image of the list.
#
#   attestation as an artifact: bad/unhandled MediaType application/vnd.oci.empty.v1+json in encryptChildren
#   attestation as an image: encrypted true; about the image before true, about the image of the list false
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"

	"github.com/containerd/containerd/v2/core/content"
	"github.com/containerd/containerd/v2/plugins/content/local"
	"github.com/containerd/imgcrypt/v2/images/encryption"
	"github.com/containers/ocicrypt/config"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	oci "github.com/opencontainers/image-spec/specs-go/v1"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

var (
	ctx   = context.Background()
	store = must(local.NewLabeledStore(os.Args[1], labels{}))
	all   = func(oci.Descriptor) bool { return true }
	v2    = specs.Versioned{SchemaVersion: 2}
)

type labels map[digest.Digest]map[string]string

func (l labels) Get(d digest.Digest) (map[string]string, error) { return l[d], nil }
func (l labels) Set(d digest.Digest, v map[string]string) error { l[d] = v; return nil }
func (l labels) Update(d digest.Digest, v map[string]string) (map[string]string, error) {
	l[d] = v
	return v, nil
}

func keep(kind string, body []byte) oci.Descriptor {
	entry := oci.Descriptor{MediaType: kind, Digest: digest.FromBytes(body), Size: int64(len(body))}
	if err := content.WriteBlob(ctx, store, entry.Digest.String(), bytes.NewReader(body), entry); err != nil {
		panic(err)
	}
	return entry
}

func document(kind string, value any) oci.Descriptor { return keep(kind, must(json.Marshal(value))) }

func read[T any](entry oci.Descriptor) (value T) {
	if err := json.Unmarshal(must(content.ReadBlob(ctx, store, entry)), &value); err != nil {
		panic(err)
	}
	return value
}

func list(config oci.Descriptor, artifactType string) (list, image oci.Descriptor) {
	platform := oci.Platform{OS: "linux", Architecture: "amd64"}
	body := make([]byte, 10240)
	image = document(oci.MediaTypeImageManifest, oci.Manifest{
		Versioned: v2, MediaType: oci.MediaTypeImageManifest,
		Config: document(oci.MediaTypeImageConfig, oci.Image{
			Platform: platform, RootFS: oci.RootFS{Type: "layers", DiffIDs: []digest.Digest{digest.FromBytes(body)}},
		}),
		Layers: []oci.Descriptor{keep(oci.MediaTypeImageLayer, body)},
	})
	statement := oci.Manifest{
		Versioned: v2, MediaType: oci.MediaTypeImageManifest, ArtifactType: artifactType, Config: config,
		Layers: []oci.Descriptor{keep("application/vnd.in-toto+json", []byte(`{"_type":"https://in-toto.io/Statement/v1"}`))},
	}
	if artifactType != "" {
		subject := image
		statement.Subject = &subject
	}
	attestation := document(oci.MediaTypeImageManifest, statement)
	attestation.Platform = &oci.Platform{OS: "unknown", Architecture: "unknown"}
	attestation.Annotations = map[string]string{
		"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.Digest.String(),
	}
	image.Platform = &platform
	return document(oci.MediaTypeImageIndex, oci.Index{
		Versioned: v2, MediaType: oci.MediaTypeImageIndex, Manifests: []oci.Descriptor{image, attestation},
	}), image
}

func main() {
	key := must(rsa.GenerateKey(rand.Reader, 2048))
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(&key.PublicKey))})
	crypto := must(config.EncryptWithJwe([][]byte{public}))
	all := func(oci.Descriptor) bool { return true }
	platform := oci.Platform{OS: "unknown", Architecture: "unknown"}
	for _, form := range []struct {
		name, artifactType string
		config             oci.Descriptor
	}{
		{"artifact", "application/vnd.docker.attestation.manifest.v1+json", document(oci.MediaTypeEmptyJSON, struct{}{})},
		{"image", "", document(oci.MediaTypeImageConfig, oci.Image{Platform: platform, RootFS: oci.RootFS{Type: "layers"}})},
	} {
		list, image := list(form.config, form.artifactType)
		encrypted, _, err := encryption.EncryptImage(ctx, store, list, &crypto, all)
		if err != nil {
			fmt.Printf("attestation as an %s: %v\n", form.name, err)
			continue
		}
		entries := read[oci.Index](encrypted).Manifests
		layer := read[oci.Manifest](entries[0]).Layers[0].MediaType
		about := entries[1].Annotations["vnd.docker.reference.digest"]
		fmt.Printf("attestation as an %s: encrypted %t; about the image before %t, about the image of the list %t\n", form.name,
			encryption.IsEncryptedDiff(ctx, layer), about == image.Digest.String(), about == entries[0].Digest.String())
	}
}
X
go get github.com/containerd/imgcrypt/v2@v2.0.3 github.com/containerd/containerd/v2@v2.4.2 2>/dev/null
go mod tidy 2>/dev/null
go build -o finding .
./finding store 2> finding.log > seen || { cat finding.log; exit 1; }
diff - seen <<'X'
attestation as an artifact: bad/unhandled MediaType application/vnd.oci.empty.v1+json in encryptChildren
attestation as an image: encrypted true; about the image before true, about the image of the list false
X
cat seen
