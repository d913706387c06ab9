#!/usr/bin/env bash
# python-on-whales 0.81.0 (PyPI) with pydantic 2.12.5: what its `docker.buildx.imagetools.inspect` makes of the bytes
# that `docker buildx imagetools inspect --raw` prints.
#
# Expected: a list that BuildKit and Windows builds make is read with what tells its entries apart: `os.version`
# of Windows images, the annotations by which an attestation names its image. `mediaType` of an index is
# optional in the OCI image specification, and may be absent.
# Seen: the field for os.version is called os_version in JSON too, so it is always None; entries have no
# annotations and no artifactType; and an index or manifest without mediaType is a ValidationError.
#
#   windows/amd64 os_version None
#   windows/amd64 os_version None
#   unknown/unknown os_version None
#   fields of an entry: digest, media_type, platform, size
#   the same list without mediaType: mediaType: Field required
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install python-on-whales==0.81.0 pydantic==2.12.5
cat > read.py <<'X'
import json
from pydantic import ValidationError
from python_on_whales.components.buildx.imagetools.models import ImageVariantManifest, Manifest

OCI = "application/vnd.oci.image."

def entry(hex, **fields):
    return {"mediaType": OCI + "manifest.v1+json", "digest": "sha256:" + hex * 64, "size": 7, **fields}

def windows(version):
    return {"os": "windows", "architecture": "amd64", "os.version": version}

index = {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": [
    entry("a", platform=windows("10.0.20348.4893")),
    entry("b", platform=windows("10.0.26100.7462")),
    entry("c", platform={"os": "unknown", "architecture": "unknown"}, annotations={
        "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": "sha256:" + "a" * 64}),
]}
for found in Manifest.model_validate_json(json.dumps(index)).manifests:
    print(f"{found.platform.os}/{found.platform.architecture} os_version {found.platform.os_version}")
print("fields of an entry:", ", ".join(sorted(ImageVariantManifest.model_fields)))
del index["mediaType"]
try:
    print("the same list without mediaType:", len(Manifest.model_validate_json(json.dumps(index)).manifests))
except ValidationError as error:
    told = error.errors()[0]
    print(f"the same list without mediaType: {told['loc'][0]}: {told['msg']}")
X
env/bin/python read.py > seen
diff - seen <<'X'
windows/amd64 os_version None
windows/amd64 os_version None
unknown/unknown os_version None
fields of an entry: digest, media_type, platform, size
the same list without mediaType: mediaType: Field required
X
cat seen
