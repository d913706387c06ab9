#!/usr/bin/env bash
# ko 0.19.1, packageurl-python 0.17.6, on crane 0.22.1's registry.
#
# Expected: the SPDX document that ko attaches to an image has the purl that the purl specification
# gives it: `pkg:oci/` and the last part of the repository, as in `pkg:oci/app@sha256:…?arch=arm64`, so
# that who looks for the image by its purl finds the document.
# Seen: ko calls its own images and their bases all `image` and lists all `index`, gives its own no
# repository and no architecture, and has a qualifier `mediaType`: keys are in lower case, and a library
# that reads and writes such a purl makes another text of it.
#
#   ko, the list: pkg:oci/index@sha256:…?mediaType=application%2Fvnd.oci.image.index.v1%2Bjson
#   ko, arm64: pkg:oci/image@sha256:…?mediaType=application%2Fvnd.oci.image.manifest.v1%2Bjson
#   ko, its base: pkg:oci/image@sha256:…?repository_url=HOST%2Fbase&tag=1
#   packageurl writes ko's arm64: pkg:oci/image@sha256:…?mediatype=application/vnd.oci.image.manifest.v1%2Bjson
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/google/ko@v0.19.1 2>/dev/null
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install packageurl-python==0.17.6
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
for arch in amd64 arm64; do
  bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/base:$arch" > crane.log 2>&1
  bin/crane mutate "$HOST/base:$arch" --set-platform "linux/$arch" -t "$HOST/base:$arch" > crane.log 2>&1
done
bin/crane index append -m "$HOST/base:amd64" -m "$HOST/base:arm64" -t "$HOST/base:1" > crane.log 2>&1
mkdir app
printf 'module example.com/app\ngo 1.24\n' > app/go.mod
printf 'package main\n\nfunc main() {}\n' > app/main.go
(cd app && KO_DOCKER_REPO=$HOST/team/app KO_DEFAULTBASEIMAGE=$HOST/base:1 ../bin/ko build --bare --insecure-registry --platform linux/amd64,linux/arm64 . > ../ko.log 2>&1)
LIST=$(bin/crane digest "$HOST/team/app:latest")
ARM64=$(bin/crane digest --platform linux/arm64 "$HOST/team/app:latest")
sbom() { # DIGEST of the image; ko tags its SBOM by it
  local tag=${1/:/-}.sbom
  bin/crane blob "$HOST/team/app@$(bin/crane manifest "$HOST/team/app:$tag" | python3 -c 'import json, sys; print(json.load(sys.stdin)["layers"][0]["digest"])')"
}
sbom "$LIST" > list.json; sbom "$ARM64" > arm64.json
cat > said.py <<'X'
import json, re, sys
from packageurl import PackageURL
host = sys.argv[1]

def purls(file):
    for package in json.load(open(file))["packages"]:
        for ref in package.get("externalRefs", []):
            if ref["referenceLocator"].startswith("pkg:oci/"):
                yield ref["referenceLocator"]

def short(text):
    text = re.sub("sha256(:|%3A)[0-9a-f]{64}", "sha256:…", text)
    for form in (host, host.replace(":", "%3A")):
        text = text.replace(form, "HOST")
    return text

image, base = [text for text in purls("arm64.json")][:2]
print("ko, the list:", short(next(purls("list.json"))))
print("ko, arm64:", short(image))
print("ko, its base:", short(base))
print("packageurl writes ko's arm64:", short(PackageURL.from_string(image).to_string()))
X
env/bin/python said.py "$HOST" > seen
diff - seen <<'X'
ko, the list: pkg:oci/index@sha256:…?mediaType=application%2Fvnd.oci.image.index.v1%2Bjson
ko, arm64: pkg:oci/image@sha256:…?mediaType=application%2Fvnd.oci.image.manifest.v1%2Bjson
ko, its base: pkg:oci/image@sha256:…?repository_url=HOST%2Fbase&tag=1
packageurl writes ko's arm64: pkg:oci/image@sha256:…?mediatype=application/vnd.oci.image.manifest.v1%2Bjson
X
cat seen
