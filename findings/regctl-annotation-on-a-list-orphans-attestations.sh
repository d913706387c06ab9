#!/usr/bin/env bash
# regctl 0.11.7 (regclient), on crane 0.22.1's registry.
#
# Expected: `regctl image mod LIST --annotation k=v` puts an annotation on the list.
# Seen: it puts it on every manifest below as well, so that all images get new digests; the
# attestations keep naming the old ones. None of them is about an image of the list any more.
#
#   1: images ['amd64', 'arm64', 's390x'], attestations 3, of images in the list 3
#   annotated: images ['amd64', 'arm64', 's390x'], attestations 3, of images in the list 0
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
# Three images, each with an attestation as BuildKit writes it.
cat > push.py <<'X'
import hashlib, json, sys, urllib.request
base = f"http://{sys.argv[1]}/v2/app"

def put(path, body, kind):
    urllib.request.urlopen(urllib.request.Request(base + path, body, {"Content-Type": kind}, method="PUT")).read()

def digest(body):
    return "sha256:" + hashlib.sha256(body).hexdigest()

def blob(body):
    where = urllib.request.urlopen(urllib.request.Request(base + "/blobs/uploads/", b"", method="POST")).headers["Location"]
    where = where if where.startswith("http") else f"http://{sys.argv[1]}{where}"
    urllib.request.urlopen(urllib.request.Request(where + ("&" if "?" in where else "?") + "digest=" + digest(body), body, {"Content-Type": "application/octet-stream"}, method="PUT")).read()
    return {"digest": digest(body), "size": len(body)}

def manifest(config, layers, tag=None, **more):
    body = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": layers, **more}).encode()
    put("/manifests/" + (tag or digest(body)), body, "application/vnd.oci.image.manifest.v1+json")
    return {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest(body), "size": len(body)}

entries = []
for arch in ("amd64", "arm64", "s390x"):
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", **blob(arch.encode() * 512)}
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", **blob(json.dumps({"os": "linux", "architecture": arch, "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}).encode())}
    image = manifest(config, [layer])
    entries.append({**image, "platform": {"os": "linux", "architecture": arch}})
    said = {"mediaType": "application/vnd.in-toto+json", **blob(json.dumps({"of": arch}).encode())}
    empty = {"mediaType": "application/vnd.oci.image.config.v1+json", **blob(json.dumps({"os": "unknown", "architecture": "unknown", "config": {}, "rootfs": {"type": "layers", "diff_ids": [said["digest"]]}}).encode())}
    entries.append({**manifest(empty, [said]), "platform": {"os": "unknown", "architecture": "unknown"}, "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image["digest"]}})
body = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": entries}).encode()
put("/manifests/1", body, "application/vnd.oci.image.index.v1+json")
X
cat > show.py <<'X'
import json, sys, urllib.request
accept = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"
for tag in sys.argv[2:]:
    asked = urllib.request.Request(f"http://{sys.argv[1]}/v2/app/manifests/{tag}", headers={"Accept": accept})
    document = json.load(urllib.request.urlopen(asked))
    if "manifests" not in document:
        print(f"{tag}: an image, no list")
        continue
    entries = document["manifests"]
    if entries is None:
        print(f"{tag}: manifests is null")
        continue
    there = {entry["digest"] for entry in entries}
    attestations = [e["annotations"]["vnd.docker.reference.digest"] for e in entries if "annotations" in e]
    images = [e["platform"]["architecture"] for e in entries if "annotations" not in e]
    print(f"{tag}: images {images}, attestations {len(attestations)}, of images in the list {sum(a in there for a in attestations)}")
X
python3 push.py "$HOST"
bin/regctl registry set "$HOST" --tls disabled > regctl.log 2>&1
bin/regctl image mod "$HOST/app:1" --annotation k=v --create "$HOST/app:annotated" > regctl.log 2>&1
python3 show.py "$HOST" 1 annotated > seen
diff - seen <<'X'
1: images ['amd64', 'arm64', 's390x'], attestations 3, of images in the list 3
annotated: images ['amd64', 'arm64', 's390x'], attestations 3, of images in the list 0
X
cat seen
