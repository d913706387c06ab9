#!/usr/bin/env bash
# crane 0.22.1 (go-containerregistry), regctl 0.11.7, oras 1.3.6, on crane's registry.
#
# Expected: `crane mutate --annotation` of an SBOM that is attached to an image adds the annotation and
# leaves the rest of the manifest, as it leaves artifactType and `data`; regctl image mod does so.
# Seen: `subject` is gone, exit 0, so that the new manifest belongs to no image, and no referrers list
# has it. An index with a subject (a set of evidence, say) loses it in `crane index filter` and
# `crane index append` too.
#
#   before: image manifest, type application/vnd.example.sbom, subject there
#   crane mutate: image manifest, type application/vnd.example.sbom, subject gone
#   regctl image mod: image manifest, type application/vnd.example.sbom, subject there
#   index before: type application/vnd.example.set, subject there
#   crane index filter: type application/vnd.example.set, subject gone
#   crane index append: type application/vnd.example.set, subject gone
#   regctl index add: type application/vnd.example.set, subject there
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
regctl() { bin/regctl --host "reg=$HOST,tls=disabled" "$@" > regctl.log 2>&1; }
crane() { bin/crane "$@" > crane.log 2>&1; }
for arch in amd64 arm64; do
  crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/app:$arch"
  crane mutate "$HOST/app:$arch" --set-platform "linux/$arch" -t "$HOST/app:$arch"
done
echo '{}' > sbom.json
bin/oras attach --plain-http --artifact-type application/vnd.example.sbom "$HOST/app:amd64" sbom.json:application/json > oras.log
SBOM=$HOST/app@$(bin/oras discover --plain-http --format json "$HOST/app:amd64" | python3 -c 'import json, sys; print(json.load(sys.stdin)["referrers"][0]["digest"])')
crane mutate --annotation checked=yes -t "$HOST/app:by-crane" "$SBOM"
regctl image mod --annotation checked=yes --create "$HOST/app:by-regctl" "$SBOM"
bin/oras manifest index create --plain-http --artifact-type application/vnd.example.set "$HOST/app:list" amd64 > oras.log
bin/crane manifest "$HOST/app:list" | python3 -c '
import json, sys
index = json.load(sys.stdin)
index["subject"] = {key: value for key, value in index["manifests"][0].items() if key != "platform"}
print(json.dumps(index), end="")' > index.json
for tag in set added; do
  curl -sf -X PUT -H 'Content-Type: application/vnd.oci.image.index.v1+json' --data-binary @index.json "http://$HOST/v2/app/manifests/$tag"
done
crane index filter "$HOST/app:set" --platform linux/amd64 -t "$HOST/app:filtered"
crane index append "$HOST/app:set" -m "$HOST/app:arm64" -t "$HOST/app:appended"
regctl index add "$HOST/app:added" --ref "$HOST/app:arm64"
said() { bin/crane manifest "$2" | python3 -c '
import json, sys
manifest = json.load(sys.stdin)
kind = "image manifest, " if "config" in manifest else ""
there = "there" if "subject" in manifest else "gone"
print(sys.argv[1] + ": " + kind + "type " + manifest["artifactType"] + ", subject " + there)' "$1"; }
{
  said before "$SBOM"
  said "crane mutate" "$HOST/app:by-crane"
  said "regctl image mod" "$HOST/app:by-regctl"
  said "index before" "$HOST/app:set"
  said "crane index filter" "$HOST/app:filtered"
  said "crane index append" "$HOST/app:appended"
  said "regctl index add" "$HOST/app:added"
} > seen
diff - seen <<'X'
before: image manifest, type application/vnd.example.sbom, subject there
crane mutate: image manifest, type application/vnd.example.sbom, subject gone
regctl image mod: image manifest, type application/vnd.example.sbom, subject there
index before: type application/vnd.example.set, subject there
crane index filter: type application/vnd.example.set, subject gone
crane index append: type application/vnd.example.set, subject gone
regctl index add: type application/vnd.example.set, subject there
X
cat seen
