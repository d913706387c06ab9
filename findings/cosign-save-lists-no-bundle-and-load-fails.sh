#!/usr/bin/env bash
# cosign 3.1.3, distribution 3.1.2, crane 0.22.1.
#
# Expected: `cosign load` puts into a registry what `cosign save` wrote of an image that cosign 3 signed in
# its default form (a bundle); and the layout's index.json lists the bundle, as it does a signature of
# cosign 2's form, so that other programs find it.
# Seen: the bundle is among the layout's blobs, and index.json lists the image alone, so that who reads that
# does not see it. `cosign load` fails on distribution, which is given the bundle's manifest before its
# content.
#
#   index.json lists: image; bundles among the blobs: 1
#   cosign load: exit 1, MANIFEST_BLOB_UNKNOWN
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin GOFLAGS=-mod=mod CGO_ENABLED=0 NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 COSIGN_PASSWORD=
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
for package in google/go-containerregistry/cmd/crane@v0.22.1 distribution/distribution/v3/cmd/registry@v3.1.2 \
  sigstore/cosign/v3/cmd/cosign@v3.1.3; do
  go install "github.com/$package" > go.log 2>&1 || { cat go.log; exit 1; }
done
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "%s"}\n' "$T/data" "$HOST" > c.yml
bin/registry serve c.yml > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; sleep 0.1; done
# No service is asked: neither a log nor a clock nor sigstore's roots.
bin/cosign signing-config create --out services.json
bin/cosign trusted-root create --out roots.json
bin/cosign generate-key-pair > cosign.log 2>&1
image=$HOST/app@$(bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/app:1" 2> crane.log | sed 's/.*@//')
bin/cosign sign --key cosign.key --signing-config services.json --trusted-root roots.json -y "$image" > cosign.log 2>&1
bin/cosign verify --key cosign.pub --insecure-ignore-tlog "$image" > cosign.log 2>&1
bin/cosign save --dir saved "$HOST/app:1" > cosign.log 2>&1
code=0
bin/cosign load --dir saved "$HOST/again:1" > cosign.log 2>&1 || code=$?
{
  listed=$(grep -o 'cosign/[a-z]*"' saved/index.json | sed 's/cosign.\(.*\)"/\1/' | paste -sd,)
  bundles=$(grep -l '"subject"' saved/blobs/sha256/* | wc -l)
  echo "index.json lists: $listed; bundles among the blobs: $bundles"
  echo "cosign load: exit $code, $(grep -o -m1 'MANIFEST_BLOB_UNKNOWN' cosign.log | head -1)"
} > seen
diff - seen <<'X'
index.json lists: image; bundles among the blobs: 1
cosign load: exit 1, MANIFEST_BLOB_UNKNOWN
X
cat seen
