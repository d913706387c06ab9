#!/usr/bin/env bash
# cosign 3.1.3, on crane 0.22.1's registry.
#
# Expected: an image that team-a signed in cosign 2's form (the tag sha256-….sig) and team-b later in
# cosign 3's (a bundle, the default now) verifies with the key of either.
# Seen: from the day of the second signature `cosign verify` with team-a's key fails: if there is any
# bundle, the signatures of the .sig tag are not looked at. They are there, and verify with
# --new-bundle-format=false, which finds no bundle in turn. The message speaks of attestations.
#
#   signed by team-a: team-a verifies
#   and by team-b: team-a fails (no matching attestations), team-b verifies
#   --new-bundle-format=false: team-a verifies, team-b fails (no matching signatures)
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 COSIGN_PASSWORD=
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
# No service is asked: neither a log nor a clock nor sigstore's roots.
bin/cosign signing-config create --out services.json
bin/cosign trusted-root create --out roots.json
old() { bin/cosign sign --key "$1.key" --new-bundle-format=false --use-signing-config=false --tlog-upload=false -y "$2" > cosign.log 2>&1; }
new() { bin/cosign sign --key "$1.key" --signing-config services.json --trusted-root roots.json -y "$2" > cosign.log 2>&1; }
for team in team-a team-b; do bin/cosign generate-key-pair --output-key-prefix $team > cosign.log 2>&1; done
image=$HOST/app@$(bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/app:1" 2> crane.log | sed 's/.*@//')
verify() {
  if bin/cosign verify --key "$1.pub" --insecure-ignore-tlog "${@:2}" "$image" > cosign.log 2>&1; then echo "$1 verifies"
  else echo "$1 fails ($(grep -o -m1 'no matching [a-z]*' cosign.log))"; fi
}
{
  old team-a "$image"
  echo "signed by team-a: $(verify team-a)"
  new team-b "$image"
  echo "and by team-b: $(verify team-a), $(verify team-b)"
  echo "--new-bundle-format=false: $(verify team-a --new-bundle-format=false), $(verify team-b --new-bundle-format=false)"
} > seen
diff - seen <<'X'
signed by team-a: team-a verifies
and by team-b: team-a fails (no matching attestations), team-b verifies
--new-bundle-format=false: team-a verifies, team-b fails (no matching signatures)
X
cat seen
