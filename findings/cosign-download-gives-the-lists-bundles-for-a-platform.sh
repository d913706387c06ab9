#!/usr/bin/env bash
# cosign 3.1.3, on crane 0.22.1's registry.
#
# Expected: `cosign download attestation --platform linux/amd64` of a list brings what is attested of the image for
# linux/amd64, and no signature; `cosign download signature` brings signatures. In cosign 2's form it is so.
# Seen: of bundles, cosign 3's form, it brings those of the list, whatever the platform: an attestation of the image for
# amd64 is not among them, and one of the list comes for an image that nobody attested. Both commands bring every
# bundle, the signature as an attestation and the attestation as a signature.
#
#   older form: attestation: predicate of the list
#   older form: attestation linux/amd64: predicate of linux/amd64
#   older form: attestation linux/arm64: nothing
#   bundles: attestation: predicate of the list, signature of the list
#   bundles: attestation linux/amd64: predicate of the list, signature of the list
#   bundles: attestation linux/arm64: predicate of the list, signature of the list
#   bundles: signature: predicate of the list, signature of the list
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
echo '{}' > predicate.json
tar cf empty.tar -T /dev/null
# A list in a repository of its own for each form; the list is signed, and attested as its amd64 image is.
prepare() {
  local image
  for arch in amd64 arm64; do
    bin/crane append --oci-empty-base -f empty.tar -t "$HOST/$1:base" > crane.log 2>&1
    bin/crane mutate --set-platform "linux/$arch" -t "$HOST/$1:$arch" "$HOST/$1:base" > crane.log 2>&1
  done
  bin/crane index append --flatten=false -m "$HOST/$1:amd64" -m "$HOST/$1:arm64" -t "$HOST/$1:list" > crane.log 2>&1
  for image in "$HOST/$1@$(bin/crane digest "$HOST/$1:list")" "$HOST/$1@$(bin/crane digest "$HOST/$1:amd64")"; do
    bin/cosign attest --key cosign.key "${@:2}" -y --predicate predicate.json --type https://example.com/predicate "$image" > cosign.log 2>&1
  done
  bin/cosign sign --key cosign.key "${@:2}" -y "$HOST/$1@$(bin/crane digest "$HOST/$1:list")" > cosign.log 2>&1
}
prepare old --new-bundle-format=false --use-signing-config=false --tlog-upload=false
prepare new --signing-config services.json --trusted-root roots.json
cat > show.py <<'X'
import base64, json, sys
digests = dict(argument.split("=") for argument in sys.argv[1:])
names = []
for line in sys.stdin:
    bundle = json.loads(line)
    envelope = bundle.get("dsseEnvelope", bundle)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    kind = "signature" if "cosign/sign" in statement["predicateType"] else "predicate"
    names.append(f"{kind} of {digests[statement['subject'][0]['digest']['sha256']]}")
print(", ".join(sorted(names)) or "nothing")
X
# $1 the repository, $2 how it is called; the rest is the command
show() {
  local list amd64 flags=("${@:3}")
  list=$(bin/crane digest "$HOST/$1:list") amd64=$(bin/crane digest "$HOST/$1:amd64")
  [ $# -lt 4 ] || flags=("$3" --platform "$4")
  echo -n "$2: ${*:3}: "
  bin/cosign download "${flags[@]}" "$HOST/$1@$list" 2> cosign.log | python3 show.py "${list#*:}=the list" "${amd64#*:}=linux/amd64"
}
{
  show old "older form" attestation
  show old "older form" attestation linux/amd64
  show old "older form" attestation linux/arm64
  show new bundles attestation
  show new bundles attestation linux/amd64
  show new bundles attestation linux/arm64
  show new bundles signature
} > seen
diff - seen <<'X'
older form: attestation: predicate of the list
older form: attestation linux/amd64: predicate of linux/amd64
older form: attestation linux/arm64: nothing
bundles: attestation: predicate of the list, signature of the list
bundles: attestation linux/amd64: predicate of the list, signature of the list
bundles: attestation linux/arm64: predicate of the list, signature of the list
bundles: signature: predicate of the list, signature of the list
X
cat seen
