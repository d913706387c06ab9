#!/usr/bin/env bash
# oras 1.3.6, regctl 0.11.7, on crane 0.22.1's registry.
#
# Expected: copying one manifest by its digest copies that manifest with its blobs. What its
# `subject` names may be absent (the OCI image specification allows it) and is another image.
# Seen: `oras cp` of a signature brings the image that it signs too, and `oras cp` of a manifest
# whose subject is not there fails with that digest "not found". regctl copies the manifest alone,
# in both cases.
#
#   oras, subject there: copied, subject copied
#   regctl, subject there: copied, subject not copied
#   oras, subject absent: failed
#   regctl, subject absent: copied, subject not copied
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
bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/app:image" > crane.log 2>&1
SUBJECT=$(bin/crane digest "$HOST/app:image")
echo signature > signature.txt
bin/oras attach --plain-http --artifact-type application/vnd.example.signature "$HOST/app@$SUBJECT" signature.txt:text/plain > oras.log
THERE=$(bin/oras discover --plain-http --format json "$HOST/app@$SUBJECT" | python3 -c 'import json, sys; print(json.load(sys.stdin)["referrers"][0]["digest"])')
# The same signature of an image that this registry never had.
ABSENT=sha256:$(printf 'a%.0s' {1..64})
bin/crane manifest "$HOST/app@$THERE" | sed "s/$SUBJECT/$ABSENT/" > absent.json
curl -sf -X PUT -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary @absent.json "http://$HOST/v2/app/manifests/absent"
copied() { # TOOL, WORD, what was copied, its subject
  local there="not copied"
  curl -sf -o /dev/null "http://$HOST/v2/$1/manifests/$4" && there="copied"
  curl -sf -o /dev/null "http://$HOST/v2/$1/manifests/1" && echo "${1%-*}, subject $2: copied, subject $there" || echo "${1%-*}, subject $2: failed"
}
one() { # SOURCE, WORD, subject
  bin/oras cp --from-plain-http --to-plain-http "$HOST/app$1" "$HOST/oras-$2:1" > oras.log 2>&1 || grep -q "$3: not found" oras.log
  copied "oras-$2" "$2" "$1" "$3"
  bin/regctl --host "reg=$HOST,tls=disabled" image copy "$HOST/app$1" "$HOST/regctl-$2:1" > regctl.log 2>&1 || true
  copied "regctl-$2" "$2" "$1" "$3"
}
{ one "@$THERE" there "$SUBJECT"; one ":absent" absent "$ABSENT"; } > seen
diff - seen <<'X'
oras, subject there: copied, subject copied
regctl, subject there: copied, subject not copied
oras, subject absent: failed
regctl, subject absent: copied, subject not copied
X
cat seen
