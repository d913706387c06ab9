#!/usr/bin/env bash
# regctl 0.11.7 (regclient), on crane 0.22.1's registry.
#
# Expected: `regctl image check-base LIST --base BASE` compares the images of a list with those of its
# base, and passes by the attestations, which have no base. Its exit code is for scripts that build
# anew when the base has changed.
# Seen: an attestation is looked up in the base by its platform, unknown/unknown. Where the base has
# attestations too, as BuildKit's lists have, the answer is "base image has changed", where it has
# none an error; exit 1 either way, so such a script builds anew each time. With --platform, or
# without attestations, the same images match.
#
#   attestations in both: exit 1, base image has changed
#   attestations in the list: exit 1, platform not found: unknown/unknown
#   attestations in both, --platform linux/amd64: exit 0, base image matches
#   attestations in the base: exit 0, base image matches
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
cat > push.py <<'X'
import hashlib, json, sys, urllib.request
base = f"http://{sys.argv[1]}/v2/app"
OCI = "application/vnd.oci.image."

def digest(body):
    return "sha256:" + hashlib.sha256(body).hexdigest()

def send(method, where, body, kind):
    where = where if where.startswith("http") else f"http://{sys.argv[1]}{where}"
    return urllib.request.urlopen(urllib.request.Request(where, body, {"Content-Type": kind}, method=method))

def blob(body, kind):
    where = send("POST", base + "/blobs/uploads/", b"", "application/octet-stream").headers["Location"]
    send("PUT", where + ("&" if "?" in where else "?") + "digest=" + digest(body), body, "application/octet-stream").read()
    return {"mediaType": kind, "digest": digest(body), "size": len(body)}

def manifest(kind, tag=None, **fields):
    body = json.dumps({"schemaVersion": 2, "mediaType": OCI + kind, **fields}).encode()
    send("PUT", f"{base}/manifests/{tag or digest(body)}", body, OCI + kind).read()
    return {"mediaType": OCI + kind, "digest": digest(body), "size": len(body)}

def image(arch, steps):
    layers = [blob(f"{step} {arch}".encode() * 512, OCI + "layer.v1.tar") for step in steps]
    history = [{"created": "2026-01-01T00:00:00Z", "created_by": step} for step in steps]
    config = {"os": "linux", "architecture": arch, "config": {}, "history": history,
              "rootfs": {"type": "layers", "diff_ids": [layer["digest"] for layer in layers]}}
    entry = manifest("manifest.v1+json", config=blob(json.dumps(config).encode(), OCI + "config.v1+json"), layers=layers)
    return {**entry, "platform": {"os": "linux", "architecture": arch}}

def attestation(of):
    said = blob(json.dumps({"of": of["digest"]}).encode(), "application/vnd.in-toto+json")
    entry = manifest("manifest.v1+json", artifactType="application/vnd.docker.attestation.manifest.v1+json",
                     config=blob(b"{}", "application/vnd.oci.empty.v1+json"), layers=[said])
    return {**entry, "platform": {"os": "unknown", "architecture": "unknown"},
            "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": of["digest"]}}

for tag, steps in (("base", ["base"]), ("app", ["base", "app"])):
    images = [image(arch, steps) for arch in ("amd64", "arm64")]
    manifest("index.v1+json", tag, manifests=images)
    manifest("index.v1+json", tag + "-attested", manifests=images + [attestation(entry) for entry in images])
X
python3 push.py "$HOST"
check() {
  local code=0
  bin/regctl --host "reg=$HOST,tls=disabled" image check-base "$HOST/app:$2" --base "$HOST/app:$3" "${@:4}" > regctl.log 2>&1 || code=$?
  echo "$1: exit $code, $(grep -o -e 'base image .*' -e 'platform not found.*' regctl.log)"
}
{
  check "attestations in both" app-attested base-attested
  check "attestations in the list" app-attested base
  check "attestations in both, --platform linux/amd64" app-attested base-attested --platform linux/amd64
  check "attestations in the base" app base-attested
} > seen
diff - seen <<'X'
attestations in both: exit 1, base image has changed
attestations in the list: exit 1, platform not found: unknown/unknown
attestations in both, --platform linux/amd64: exit 0, base image matches
attestations in the base: exit 0, base image matches
X
cat seen
