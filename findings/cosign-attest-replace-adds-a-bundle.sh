#!/usr/bin/env bash
# cosign 3.1.3, on crane 0.22.1's registry.
#
# Expected: `cosign attest --replace` of a scan that was made again puts the new result in the place of the old one
# for the same image, key and predicate type, as it did with cosign 2's form of attestations.
# Seen: with bundles, which are the default now, the flag is called deprecated ("not needed when OCI referrers become the
# default behavior"), and one more is added, exit 0. All verify, so that who reads the attestations of that type
# gets yesterday's result beside today's.
#
#   older form: attested twice: of day 1, of day 2; --replace again: of day 3
#   bundles: attested twice: of day 1, of day 2; --replace again: of day 1, of day 2, of day 3
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
bin/cosign generate-key-pair > cosign.log 2>&1
tar cf empty.tar -T /dev/null
cat > show.py <<'X'
import base64, json, sys
days = []
for line in sys.stdin:
    verified = json.loads(line)
    statement = json.loads(base64.b64decode(verified.get("dsseEnvelope", verified)["payload"]))
    days.append(f"of day {statement['predicate']['day']}")
print(", ".join(sorted(days)), end="")
X
# $1 how the form is called, $2 its repository; the rest are its flags
show() {
  local image type=https://example.com/scan
  image=$HOST/$2@$(bin/crane append --oci-empty-base -f empty.tar -t "$HOST/$2:1" 2> crane.log | sed 's/.*@//')
  attest() {
    echo "{\"day\": $1}" > scan.json
    bin/cosign attest --key cosign.key "${@:2}" -y --predicate scan.json --type $type "$image" > cosign.log 2>&1
  }
  read_all() { bin/cosign verify-attestation --key cosign.pub --insecure-ignore-tlog --type $type "$image" 2> cosign.log | python3 show.py; }
  attest 1 "${@:3}"
  attest 2 "${@:3}"
  echo -n "$1: attested twice: $(read_all)"
  attest 3 --replace "${@:3}"
  echo "; --replace again: $(read_all)"
}
{
  show "older form" old --new-bundle-format=false --use-signing-config=false --tlog-upload=false
  show bundles new --signing-config services.json --trusted-root roots.json
} > seen
diff - seen <<'X'
older form: attested twice: of day 1, of day 2; --replace again: of day 3
bundles: attested twice: of day 1, of day 2; --replace again: of day 1, of day 2, of day 3
X
cat seen
