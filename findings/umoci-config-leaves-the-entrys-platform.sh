#!/usr/bin/env bash
# umoci 0.6.0.
#
# Expected: `umoci config --platform.arch riscv64` changes what the image is for, in the layout's
# index.json too, if that says it (BuildKit's `type=oci` writes a platform there).
# Seen: the config says riscv64, and the new entry keeps the old one's platform. An engine that
# picks by the index still sees an amd64 image.
#
#   before: entry amd64, config amd64
#   after: entry amd64, config riscv64
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
# Its go.mod replaces a module, so that it cannot be installed by name; it is built from its source.
source=$(go mod download -json github.com/opencontainers/umoci@v0.6.0 | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
cp -r "$source" umoci && chmod -R u+w umoci
(cd umoci && go build -o "$T/umoci6" ./cmd/umoci 2>/dev/null)
cat > layout.py <<'X'
import hashlib, json, os
os.makedirs("layout/blobs/sha256")

def blob(kind, document):
    body = json.dumps(document).encode()
    digest = hashlib.sha256(body).hexdigest()
    open("layout/blobs/sha256/" + digest, "wb").write(body)
    return {"mediaType": f"application/vnd.oci.image.{kind}.v1+json", "digest": "sha256:" + digest, "size": len(body)}

config = blob("config", {"os": "linux", "architecture": "amd64", "config": {}, "rootfs": {"type": "layers", "diff_ids": []}})
entry = blob("manifest", {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []})
entry["annotations"] = {"org.opencontainers.image.ref.name": "1"}
entry["platform"] = {"os": "linux", "architecture": "amd64"}
json.dump({"schemaVersion": 2, "manifests": [entry]}, open("layout/index.json", "w"))
json.dump({"imageLayoutVersion": "1.0.0"}, open("layout/oci-layout", "w"))
X
python3 layout.py
show() {
  python3 - "$1" <<'X'
import json, sys
entry = json.load(open("layout/index.json"))["manifests"][0]
read = lambda descriptor: json.load(open("layout/blobs/sha256/" + descriptor["digest"][7:]))
print(f"{sys.argv[1]}: entry {entry['platform']['architecture']}, config {read(read(entry)['config'])['architecture']}")
X
}
show before > seen
./umoci6 config --image layout:1 --platform.arch riscv64
show after >> seen
diff - seen <<'X'
before: entry amd64, config amd64
after: entry amd64, config riscv64
X
cat seen
