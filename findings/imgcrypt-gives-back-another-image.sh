#!/usr/bin/env bash
# github.com/containerd/imgcrypt v2.0.3 (images/encryption, by which ctr-enc and nerdctl encrypt and decrypt images),
# containerd v2.4.2 (Go 1.26.8).
#
# Expected: an image that is encrypted and decrypted again is the image that it was: its layers come back byte for
# byte, and so does its digest, by which it was signed or pinned.
# Seen: the layers are the same, and the manifest is another one. Tar and gzip layers of an OCI image come back with
# Docker's media types, in an OCI manifest beside a zstd layer with OCI's; mediaType and all annotations of the
# manifest are gone from the encryption on.
#
#   before: mediaType true, annotations 1, layers oci.image.layer.v1.tar oci.image.layer.v1.tar+gzip oci.image.layer.v1.tar+zstd
#   encrypted: mediaType false, annotations 0, layers oci.image.layer.v1.tar+encrypted oci.image.layer.v1.tar+gzip+encrypted oci.image.layer.v1.tar+zstd+encrypted
#   decrypted: mediaType false, annotations 0, layers docker.image.rootfs.diff.tar docker.image.rootfs.diff.tar.gzip oci.image.layer.v1.tar+zstd
#   the same layers true, the same manifest false
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
	"strings"

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

func show(name string, manifest oci.Descriptor) {
	read := read[oci.Manifest](manifest)
	var kinds []string
	for _, layer := range read.Layers {
		kinds = append(kinds, layer.MediaType[strings.LastIndex(layer.MediaType, "application/vnd.")+16:])
	}
	fmt.Printf("%s: mediaType %t, annotations %d, layers %s\n", name, read.MediaType != "", len(read.Annotations), strings.Join(kinds, " "))
}

func main() {
	key := must(rsa.GenerateKey(rand.Reader, 2048))
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(&key.PublicKey))})
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	lock := must(config.EncryptWithJwe([][]byte{public}))
	unlock := must(config.DecryptWithPrivKeys([][]byte{private}, [][]byte{nil}))
	all := func(oci.Descriptor) bool { return true }

	// Encryption does not look into a layer, so that any bytes will do for each type.
	image := oci.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: oci.MediaTypeImageManifest,
		Config:      document(oci.MediaTypeImageConfig, oci.Image{Platform: oci.Platform{OS: "linux", Architecture: "amd64"}}),
		Annotations: map[string]string{"org.opencontainers.image.version": "1"},
	}
	for _, kind := range []string{oci.MediaTypeImageLayer, oci.MediaTypeImageLayerGzip, oci.MediaTypeImageLayerZstd} {
		image.Layers = append(image.Layers, keep(kind, []byte(strings.Repeat(kind, 256))))
	}
	before := document(oci.MediaTypeImageManifest, image)
	encrypted, _, err := encryption.EncryptImage(ctx, store, before, &lock, all)
	if err != nil {
		panic(err)
	}
	after, _, err := encryption.DecryptImage(ctx, store, encrypted, &unlock, all)
	if err != nil {
		panic(err)
	}
	show("before", before)
	show("encrypted", encrypted)
	show("decrypted", after)
	same := true
	for i, layer := range read[oci.Manifest](after).Layers {
		same = same && layer.Digest == image.Layers[i].Digest
	}
	fmt.Printf("the same layers %t, the same manifest %t\n", same, before.Digest == after.Digest)
}
X
go get github.com/containerd/imgcrypt/v2@v2.0.3 github.com/containerd/containerd/v2@v2.4.2 2>/dev/null
go mod tidy 2>/dev/null
go build -o finding .
./finding store 2> finding.log > seen || { cat finding.log; exit 1; }
diff - seen <<'X'
before: mediaType true, annotations 1, layers oci.image.layer.v1.tar oci.image.layer.v1.tar+gzip oci.image.layer.v1.tar+zstd
encrypted: mediaType false, annotations 0, layers oci.image.layer.v1.tar+encrypted oci.image.layer.v1.tar+gzip+encrypted oci.image.layer.v1.tar+zstd+encrypted
decrypted: mediaType false, annotations 0, layers docker.image.rootfs.diff.tar docker.image.rootfs.diff.tar.gzip oci.image.layer.v1.tar+zstd
the same layers true, the same manifest false
X
cat seen
