#!/usr/bin/env bash
# distribution 3.1.2, crane 0.22.1, regctl 0.11.7, oras 1.3.6.
#
# Expected: a registry that looks whether the manifests of an index are there looks at their `size`
# as well; or no client minds a size that is off by one, since the digest decides.
# Seen: the index is stored. crane and regctl copy it whole, oras refuses the entry ("mismatch
# Content-Length"), so that one tag can be mirrored by two of the three.
#
#   distribution: stored
#   crane: copied
#   regctl: copied
#   oras: refused, mismatch Content-Length
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2 2>/dev/null
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "%s"}\n' "$T/data" "$HOST" > registry.yml
bin/registry serve registry.yml > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/app:image" > crane.log 2>&1
# The index as a client makes it, with one more byte than the image's manifest has.
bin/crane manifest "$HOST/app:image" > image.json
cat > index.py <<'X'
import hashlib, json
body = open("image.json", "rb").read()
entry = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": "sha256:" + hashlib.sha256(body).hexdigest(), "size": len(body) + 1, "platform": {"os": "linux", "architecture": "amd64"}}
json.dump({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry]}, open("index.json", "w"))
X
python3 index.py
{
  code=$(curl -s -o /dev/null -w '%{http_code}' -X PUT -H 'Content-Type: application/vnd.oci.image.index.v1+json' --data-binary @index.json "http://$HOST/v2/app/manifests/list")
  [ "$code" = 201 ] && echo "distribution: stored" || echo "distribution: $code"
  bin/crane pull --insecure --format oci "$HOST/app:list" by-crane > crane.log 2>&1 && echo "crane: copied" || echo "crane: refused"
  bin/regctl --host "reg=$HOST,tls=disabled" image copy "$HOST/app:list" ocidir://by-regctl:1 > regctl.log 2>&1 && echo "regctl: copied" || echo "regctl: refused"
  bin/oras cp --from-plain-http --to-oci-layout "$HOST/app:list" by-oras:1 > oras.log 2>&1 && echo "oras: copied" || echo "oras: refused, $(grep -o 'mismatch Content-Length' oras.log)"
} > seen
diff - seen <<'X'
distribution: stored
crane: copied
regctl: copied
oras: refused, mismatch Content-Length
X
cat seen
