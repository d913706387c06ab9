#!/usr/bin/env bash
# umoci 0.6.0.
#
# Expected: `umoci config --config.label a=b` adds a label and leaves the rest of the config. Health
# check, shell and triggers of an OCI image (HEALTHCHECK, SHELL, ONBUILD of a Dockerfile; BuildKit
# writes them there and Docker reads them) are kept, as crane mutate and regctl image mod keep them.
# Seen: the three are gone, exit 0, without a word, and so is every field that umoci does not know;
# a date of creation that the config had not is written, 0001-01-01T00:00:00Z.
#
#   before: Cmd, Healthcheck, OnBuild, Shell, StopSignal
#   after: Cmd, Labels, StopSignal
#   created: 0001-01-01T00:00:00Z
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

fields = {"Cmd": ["/app"], "Healthcheck": {"Test": ["CMD", "/app", "health"]}, "OnBuild": ["COPY . /src"], "Shell": ["/bin/bash", "-c"], "StopSignal": "SIGINT"}
config = blob("config", {"os": "linux", "architecture": "amd64", "config": fields, "rootfs": {"type": "layers", "diff_ids": []}})
entry = blob("manifest", {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []})
entry["annotations"] = {"org.opencontainers.image.ref.name": "1"}
json.dump({"schemaVersion": 2, "manifests": [entry]}, open("layout/index.json", "w"))
json.dump({"imageLayoutVersion": "1.0.0"}, open("layout/oci-layout", "w"))
X
cat > show.py <<'X'
import json, sys
read = lambda descriptor: json.load(open("layout/blobs/sha256/" + descriptor["digest"][7:]))
config = read(read(json.load(open("layout/index.json"))["manifests"][0])["config"])
print(f"{sys.argv[1]}: " + ", ".join(sorted(config["config"])))
if "created" in config:
    print("created:", config["created"])
X
python3 layout.py
python3 show.py before > seen
./umoci6 config --image layout:1 --config.label a=b
python3 show.py after >> seen
diff - seen <<'X'
before: Cmd, Healthcheck, OnBuild, Shell, StopSignal
after: Cmd, Labels, StopSignal
created: 0001-01-01T00:00:00Z
X
cat seen
