#!/usr/bin/env bash
# @snyk/docker-registry-v2-client 4.0.5 (npm, Node 20), crane 0.22.1's registry.
#
# Expected: `getAttestationManifest(…, platform)`, whose platform is described as that of the image in a list
# (linux/amd64 where none is given), brings what BuildKit attests of that image, or an error where the list
# has no such image.
# Seen: the platform is not looked at: the first attestation of the list comes, whichever image it names, for a
# platform without image too, so that the SBOM of one architecture is taken for that of another.
# `getManifest` of the same list and platform brings the right image, and an error.
#
#   linux/amd64: image of linux/amd64, attestation of linux/arm64
#   linux/arm64: image of linux/arm64, attestation of linux/arm64
#   linux/s390x: no image, attestation of linux/arm64
#   none given: image of linux/amd64, attestation of linux/arm64
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T" @snyk/docker-registry-v2-client@4.0.5 > npm.log 2>&1 || { cat npm.log; exit 1; }
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
cat > push.py <<'X'
import hashlib, json, sys, urllib.request

base = f"http://{sys.argv[1]}/v2/app"
OCI = "application/vnd.oci.image."

def send(method, path, data, kind):
    urllib.request.urlopen(urllib.request.Request(base + path, data, {"Content-Type": kind}, method=method))

def put(kind, document, tag=None):
    data = json.dumps(document).encode()
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    if kind.startswith(OCI) and not kind.startswith(OCI + "config"):
        send("PUT", f"/manifests/{tag or digest}", data, kind)
    else:
        send("POST", f"/blobs/uploads/?digest={digest}", data, kind)
    return {"mediaType": kind, "digest": digest, "size": len(data)}

def manifest(config, layers):
    return put(OCI + "manifest.v1+json", {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
                                          "config": put(OCI + "config.v1+json", config), "layers": layers})

images, attestations = [], []
for architecture in ("arm64", "amd64"):
    platform = {"os": "linux", "architecture": architecture}
    image = manifest({**platform, "rootfs": {"type": "layers", "diff_ids": []}}, [])
    statement = put("application/vnd.in-toto+json", {
        "_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "app", "digest": {"sha256": image["digest"][7:]}}],
        "predicateType": "https://spdx.dev/Document", "predicate": {"spdxVersion": "SPDX-2.3"}})
    unknown = {"os": "unknown", "architecture": "unknown"}
    evidence = manifest({**unknown, "rootfs": {"type": "layers", "diff_ids": [statement["digest"]]}}, [statement])
    images.append({**image, "platform": platform})
    attestations.append({**evidence, "platform": unknown, "annotations": {
        "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image["digest"]}})
put(OCI + "index.v1+json", {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": images + attestations}, "1")
named = {it["digest"]: "image of linux/" + it["platform"]["architecture"] for it in images}
named |= {it["digest"]: named[it["annotations"]["vnd.docker.reference.digest"]].replace("image", "attestation") for it in attestations}
json.dump(named, open("named.json", "w"))
X
cat > ask.cjs <<'X'
const client = require("@snyk/docker-registry-v2-client");
const named = JSON.parse(require("fs").readFileSync("named.json"));
const accept = ["index", "manifest"].map(kind => `application/vnd.oci.image.${kind}.v1+json`).join(", ");
async function main() {
  for (const architecture of ["amd64", "arm64", "s390x", null]) {
    const platform = architecture ? { os: "linux", architecture } : undefined;
    const asked = [process.argv[2], "app", "1", undefined, undefined, { protocol: "http", acceptManifest: accept }, platform];
    const image = await client.getManifest(...asked).then(it => named[it.manifestDigest], error => {
      if (!error.message.startsWith("no supported manifest found")) throw error;
      return "no image";
    });
    const attestation = await client.getAttestationManifest(...asked);
    console.log(`${architecture ? `linux/${architecture}` : "none given"}: ${image}, ${named[attestation.manifestDigest]}`);
  }
}
main();
X
python3 push.py "$HOST"
node ask.cjs "$HOST" > seen
diff - seen <<'X'
linux/amd64: image of linux/amd64, attestation of linux/arm64
linux/arm64: image of linux/arm64, attestation of linux/arm64
linux/s390x: no image, attestation of linux/arm64
none given: image of linux/amd64, attestation of linux/arm64
X
cat seen
