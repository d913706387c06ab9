#!/usr/bin/env bash
# containerd 2.4.2 and its ctr, on crane 0.22.1's registry. Needs root, which containerd wants.
#
# Expected: `ctr images pull --local` differs from `ctr images pull` in who moves the bytes; the same
# images can be pulled with both, for the same platforms.
# Seen: for a platform that has a compatible entry only (linux/arm/v7 for linux/arm64) --local fetches
# no layer, chooses that entry all the same, and fails on the missing layer, where the other succeeds
# without layers. A Windows image it pulls and unpacks on a Linux host, which the other refuses.
#
#   arm/v7 for linux/arm64: exit 0, 0 snapshots
#   arm/v7 for linux/arm64 --local: exit 1, 0 snapshots, content digest not found
#   windows for windows/amd64: exit 1, 0 snapshots, no unpack platforms defined
#   windows for windows/amd64 --local: exit 0, 1 snapshots
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 1; }
T=$(mktemp -d); PIDS=()
trap 'for p in ${PIDS[@]+"${PIDS[@]}"}; do kill "$p" || true; done; wait; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 CGO_ENABLED=0
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install -tags "no_btrfs no_zfs no_devmapper" github.com/containerd/containerd/v2/cmd/containerd@v2.4.2 github.com/containerd/containerd/v2/cmd/ctr@v2.4.2 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & PIDS+=($!)
cat > config.toml <<X
version = 3
root = "$T/root"
state = "$T/state"
[grpc]
address = "$T/s"
[ttrpc]
address = "$T/t"
[plugins."io.containerd.metadata.v1.bolt"]
content_sharing_policy = "isolated"
[[plugins."io.containerd.transfer.v1.local".unpack_config]]
platform = "linux"
snapshotter = "native"
X
bin/containerd --config config.toml > containerd.log 2>&1 & PIDS+=($!)
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "${PIDS[0]}"; done
until [ -S s ]; do kill -0 "${PIDS[1]}"; done
# A list with one entry for 32-bit ARM, and one with one for Windows.
cat > push.py <<'X'
import hashlib, io, json, sys, tarfile, urllib.request
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

for tag, platform in (("arm", {"architecture": "arm", "os": "linux", "variant": "v7"}), ("windows", {"architecture": "amd64", "os": "windows"})):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo(tag)
        info.size = len(tag)
        archive.addfile(info, io.BytesIO(tag.encode()))
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", **blob(file.getvalue())}
    config = {"mediaType": "application/vnd.oci.image.config.v1+json", **blob(json.dumps({**platform, "config": {}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}).encode())}
    body = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [layer]}).encode()
    put("/manifests/" + digest(body), body, "application/vnd.oci.image.manifest.v1+json")
    entry = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest(body), "size": len(body), "platform": platform}
    body = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]}).encode()
    put(f"/manifests/{tag}", body, "application/vnd.oci.image.index.v1+json")
X
python3 push.py "$HOST"
pull() {
  local name=$1 namespace=$2; shift 2
  local exit=0 words=""
  bin/ctr --address "$T/s" --namespace "$namespace" images pull --plain-http --snapshotter native "$@" > pull.log 2>&1 || exit=$?
  ! grep -q "content digest .* not found" pull.log || words=", content digest not found"
  ! grep -q "no unpack platforms defined" pull.log || words=", no unpack platforms defined"
  local unpacked
  unpacked=$(bin/ctr --address "$T/s" --namespace "$namespace" snapshots --snapshotter native ls 2>/dev/null | grep -c sha256: || true)
  echo "$name: exit $exit, $unpacked snapshots$words"
}
{
  pull "arm/v7 for linux/arm64" a --platform linux/arm64 "$HOST/app:arm"
  pull "arm/v7 for linux/arm64 --local" b --local --platform linux/arm64 "$HOST/app:arm"
  pull "windows for windows/amd64" c --platform windows/amd64 "$HOST/app:windows"
  pull "windows for windows/amd64 --local" d --local --platform windows/amd64 "$HOST/app:windows"
} > seen
diff - seen <<'X'
arm/v7 for linux/arm64: exit 0, 0 snapshots
arm/v7 for linux/arm64 --local: exit 1, 0 snapshots, content digest not found
windows for windows/amd64: exit 1, 0 snapshots, no unpack platforms defined
windows for windows/amd64 --local: exit 0, 1 snapshots
X
cat seen
