#!/usr/bin/env bash
# umoci 0.6.0.
#
# Expected: `umoci gc` ("only retaining blobs which can be reached by a descriptor path from the root
# set of tags") keeps every blob that a tag of the layout leads to, or stops at a document that it
# cannot read.
# Seen: it does not look into Docker's manifests and lists, which crane and regctl write into layouts
# as they are. It deletes their configs, layers and the images of lists, exit 0, and leaves the tags.
#
#   image: config gone, layer gone
#   list: image gone, config gone, layer gone
#   tags: image, list
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
# Its go.mod replaces a module, so that it cannot be installed by name; it is built from its source.
source=$(go mod download -json github.com/opencontainers/umoci@v0.6.0 | python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])')
cp -r "$source" umoci && chmod -R u+w umoci
(cd umoci && go build -o "$T/umoci6" ./cmd/umoci 2>/dev/null)
cat > layout.py <<'X'
import gzip, hashlib, json, os
os.makedirs("layout/blobs/sha256")
DOCKER = "application/vnd.docker."
names = {}

def blob(name, body, kind):
    digest = hashlib.sha256(body).hexdigest()
    open("layout/blobs/sha256/" + digest, "wb").write(body)
    names[digest] = name
    return {"mediaType": DOCKER + kind, "digest": "sha256:" + digest, "size": len(body)}

def document(name, kind, **fields):
    return blob(name, json.dumps({"schemaVersion": 2, "mediaType": DOCKER + kind, **fields}).encode(), kind)

def image(name, part):
    tar = name.encode().ljust(10240, b"\0")
    diff = "sha256:" + hashlib.sha256(tar).hexdigest()
    config = {"os": "linux", "architecture": "amd64", "config": {}, "rootfs": {"type": "layers", "diff_ids": [diff]}}
    return document(f"{name}: {part}", "distribution.manifest.v2+json",
                    config=blob(f"{name}: config", json.dumps(config).encode(), "container.image.v1+json"),
                    layers=[blob(f"{name}: layer", gzip.compress(tar, mtime=0), "image.rootfs.diff.tar.gzip")])

child = {**image("list", "image"), "platform": {"os": "linux", "architecture": "amd64"}}
tags = {"image": image("image", "manifest"), "list": document("list: list", "distribution.manifest.list.v2+json", manifests=[child])}
entries = [{**entry, "annotations": {"org.opencontainers.image.ref.name": tag}} for tag, entry in tags.items()]
json.dump({"schemaVersion": 2, "manifests": entries}, open("layout/index.json", "w"))
json.dump({"imageLayoutVersion": "1.0.0"}, open("layout/oci-layout", "w"))
json.dump(names, open("names.json", "w"))
X
cat > show.py <<'X'
import json, os
names = json.load(open("names.json"))
for tag in ("image", "list"):
    gone = [name.split(": ")[1] for digest, name in names.items() if name.startswith(tag) and not os.path.exists("layout/blobs/sha256/" + digest)]
    print(f"{tag}: " + (", ".join(part + " gone" for part in ("image", "config", "layer") if part in gone) or "whole"))
print("tags: " + ", ".join(entry["annotations"]["org.opencontainers.image.ref.name"] for entry in json.load(open("layout/index.json"))["manifests"]))
X
python3 layout.py
./umoci6 gc --layout layout
python3 show.py > seen
diff - seen <<'X'
image: config gone, layer gone
list: image gone, config gone, layer gone
tags: image, list
X
cat seen
