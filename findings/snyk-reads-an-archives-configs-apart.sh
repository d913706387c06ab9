#!/usr/bin/env bash
# snyk-docker-plugin 9.20.2 (npm, Node 20), by which `snyk container` reads images; shescape 2.1.7 beside it.
#
# Expected: of an OCI archive with several images, the image for `--platform` is read with the config that its own
# manifest names: linux/arm/v7 out of a list with v6 and v7, and of two tags for one platform one image.
# Seen: the config is looked for by the platform among all configs of the archive, without the variant. A list for two
# variants of arm is an "Unsupported archive type" for either, where one for v7 alone is read; and of two tags the
# first of index.json gives the image's ID and layers, and the first of the tar file labels, history and
# platform: they are of two images, where the order is not the same.
#
#   arm/v7: linux/arm/v7 is v7 with the labels of v7
#   arm/v6, arm/v7: linux/arm/v6 Unsupported archive type, linux/arm/v7 Unsupported archive type
#   tags 1, 2, configs 1, 2: linux/amd64 is 1 with the labels of 1
#   tags 1, 2, configs 2, 1: linux/amd64 is 1 with the labels of 2
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
echo '{"dependencies": {"snyk-docker-plugin": "9.20.2"}, "overrides": {"shescape": "2.1.7"}}' > package.json
npm install --silent --no-audit --no-fund --ignore-scripts > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > archives.py <<'X'
import hashlib, io, json, tarfile

def member(tar, name, body):
    info = tarfile.TarInfo(name)
    info.size = len(body)
    tar.addfile(info, io.BytesIO(body))

layer_file = io.BytesIO()
with tarfile.open(fileobj=layer_file, mode="w") as tar:
    member(tar, "etc/os-release", b"ID=alpine\nVERSION_ID=3.20.0\n")

def archive(name, images, last_first=False):
    blobs, entries = {}, []

    def keep(kind, body):
        digest = hashlib.sha256(body).hexdigest()
        blobs[digest] = body
        return {"mediaType": "application/vnd.oci.image." + kind, "digest": "sha256:" + digest, "size": len(body)}

    layer = keep("layer.v1.tar", layer_file.getvalue())
    for tag, platform in images.items():
        config = {**platform, "config": {"Labels": {"of": tag}}, "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}}
        config = keep("config.v1+json", json.dumps(config).encode())
        manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [layer]}
        manifest = keep("manifest.v1+json", json.dumps(manifest).encode())
        entries.append({**manifest, "platform": platform, "annotations": {"org.opencontainers.image.ref.name": tag}})
        ids[config["digest"]] = tag
    with tarfile.open(name + ".tar", "w") as tar:
        member(tar, "oci-layout", b'{"imageLayoutVersion": "1.0.0"}')
        member(tar, "index.json", json.dumps({"schemaVersion": 2, "manifests": entries}).encode())
        for digest in sorted(blobs, key=list(blobs).index, reverse=last_first):
            member(tar, "blobs/sha256/" + digest, blobs[digest])

ids = {}
amd64 = {"os": "linux", "architecture": "amd64"}
arm = lambda variant: {"os": "linux", "architecture": "arm", "variant": variant}
archive("arm-v7", {"v7": arm("v7")})
archive("arms", {"v6": arm("v6"), "v7": arm("v7")})
archive("tags", {"1": amd64, "2": amd64})
archive("reversed", {"1": amd64, "2": amd64}, last_first=True)
json.dump(ids, open("ids.json", "w"))
X
python3 archives.py
cat > finding.cjs <<'X'
const { scan } = require("snyk-docker-plugin");
const ids = require("./ids.json");
const read = async (archive, platform) => {
  try {
    const { scanResults } = await scan({ path: `oci-archive:${archive}.tar`, platform });
    const fact = (type) => scanResults[0].facts.find((fact) => fact.type === type).data;
    return `${platform} is ${ids[fact("imageId")]} with the labels of ${fact("imageLabels").of}`;
  } catch (error) {
    return `${platform} ${error.message.split(".")[0]}`;
  }
};
(async () => {
  console.log("arm/v7:", await read("arm-v7", "linux/arm/v7"));
  console.log("arm/v6, arm/v7:", await read("arms", "linux/arm/v6") + ",", await read("arms", "linux/arm/v7"));
  console.log("tags 1, 2, configs 1, 2:", await read("tags", "linux/amd64"));
  console.log("tags 1, 2, configs 2, 1:", await read("reversed", "linux/amd64"));
})();
X
node finding.cjs > seen
diff - seen <<'X'
arm/v7: linux/arm/v7 is v7 with the labels of v7
arm/v6, arm/v7: linux/arm/v6 Unsupported archive type, linux/arm/v7 Unsupported archive type
tags 1, 2, configs 1, 2: linux/amd64 is 1 with the labels of 1
tags 1, 2, configs 2, 1: linux/amd64 is 1 with the labels of 2
X
cat seen
