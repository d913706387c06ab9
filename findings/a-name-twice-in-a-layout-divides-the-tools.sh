#!/usr/bin/env bash
# regctl v0.11.7, oras v1.3.6.
#
# Expected: a name that two entries of a layout's index.json carry (`org.opencontainers.image.ref.name`) is
# refused, or stands for the same image everywhere.
# Seen: without a word regctl takes the first entry, and oras the last, which it copies too.
#
#   regctl manifest head ocidir://twice:1.0: the first
#   oras manifest fetch --oci-layout twice:1.0: the last
#   oras cp --from-oci-layout twice:1.0: the last
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin GOFLAGS=-mod=mod CGO_ENABLED=0
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
for package in github.com/regclient/regclient/cmd/regctl@v0.11.7 oras.land/oras/cmd/oras@v1.3.6; do
  go install "$package" > go.log 2>&1 || { cat go.log; exit 1; }
done
python3 - <<'X'
import hashlib, json, os

os.makedirs("twice/blobs/sha256")
OCI = "application/vnd.oci.image."

def put(document, media_type, **more):
    content = json.dumps(document).encode()
    name = hashlib.sha256(content).hexdigest()
    open("twice/blobs/sha256/" + name, "wb").write(content)
    return {"mediaType": media_type, "digest": "sha256:" + name, "size": len(content), **more}

entries = []
for which in ["amd64", "arm64"]:
    config = {"os": "linux", "architecture": which, "rootfs": {"type": "layers", "diff_ids": []}}
    config = put(config, OCI + "config.v1+json")
    image = {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": config, "layers": []}
    annotations = {"org.opencontainers.image.ref.name": "1.0"}
    entries.append(put(image, OCI + "manifest.v1+json", annotations=annotations))
json.dump({"imageLayoutVersion": "1.0.0"}, open("twice/oci-layout", "w"))
json.dump({"schemaVersion": 2, "manifests": entries}, open("twice/index.json", "w"))
open("digests", "w").write("\n".join(entry["digest"] for entry in entries))
X
which() { # the digest
  if [ "$1" = "$(head -1 digests)" ]; then echo "the first"; elif [ "$1" = "$(tail -1 digests)" ]; then echo "the last"; else echo "$1"; fi
}
digest() { grep -o 'sha256:[0-9a-f]\{64\}' | head -1; }
{
  echo "regctl manifest head ocidir://twice:1.0: $(which "$(bin/regctl manifest head ocidir://twice:1.0 | digest)")"
  echo "oras manifest fetch --oci-layout twice:1.0: $(which "$(bin/oras manifest fetch --descriptor --oci-layout twice:1.0 | digest)")"
  bin/oras cp --from-oci-layout twice:1.0 --to-oci-layout copied:1.0 > oras.log 2>&1
  echo "oras cp --from-oci-layout twice:1.0: $(which "$(digest < copied/index.json)")"
} > seen
diff - seen <<'X'
regctl manifest head ocidir://twice:1.0: the first
oras manifest fetch --oci-layout twice:1.0: the last
oras cp --from-oci-layout twice:1.0: the last
X
cat seen
