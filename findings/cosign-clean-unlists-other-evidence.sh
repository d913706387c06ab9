#!/usr/bin/env bash
# cosign 3.1.3, oras 1.3.6 (`oras attach`), distribution 3.1.2 and crane 0.22.1's registry, both without the referrers
# API, so that referrers are listed under a tag sha256-….
#
# Expected: `cosign clean --type referrer` removes the bundles of cosign from an image, as it says, and nothing else:
# an SBOM that another tool attached stays attached, and the image can be signed anew.
# Seen: the list of referrers itself is deleted by its digest. On distribution the tag goes with it: the SBOM is still
# stored, and no list leads to it. On crane's registry, where a tag outlives its digest, the list goes on naming
# the bundle that is gone, and signing anew fails, since the registry takes no list with a missing manifest.
#
#   distribution: signed, SBOM attached: 2 referrers
#   distribution: cleaned: 0 referrers, SBOM stored; signed anew: exit 0, verifies, 1 referrer
#   crane: signed, SBOM attached: 2 referrers
#   crane: cleaned: 2 referrers, SBOM stored; signed anew: exit 1 (MANIFEST_UNKNOWN), does not verify, 2 referrers
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVERS:-}" ] || kill $SERVERS; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 COSIGN_PASSWORD=
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3 2>/dev/null
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
DISTRIBUTION=127.0.0.1:$(port)
cat > registry.yml <<X
version: 0.1
storage: {filesystem: {rootdirectory: $T/store}, delete: {enabled: true}}
http: {addr: "$DISTRIBUTION"}
X
bin/registry serve registry.yml > distribution.log 2>&1 & SERVERS=$!
CRANE=127.0.0.1:$(port)
bin/crane registry serve --address "$CRANE" > crane-registry.log 2>&1 & SERVERS="$SERVERS $!"
for host in "$DISTRIBUTION" "$CRANE"; do
  until curl -sf "http://$host/v2/" > /dev/null; do kill -0 $SERVERS; done
done
# No service is asked: neither a log nor a clock nor sigstore's roots.
bin/cosign signing-config create --out services.json
bin/cosign trusted-root create --out roots.json
bin/cosign generate-key-pair > cosign.log 2>&1
echo '{"spdxVersion": "SPDX-2.3"}' > sbom.json
sign() { bin/cosign sign --key cosign.key --signing-config services.json --trusted-root roots.json -y "$1" > sign.log 2>&1; }
# $1 the name of the registry, $2 its address
show() {
  local digest image sbom count verifies again stored=gone
  digest=$(bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$2/app:1" 2> crane.log | sed 's/.*@//')
  image=$2/app@$digest
  referrers() {
    count=$(bin/crane manifest "$2/app:${digest/:/-}" 2> crane.log | grep -o '"digest"' | wc -l) || true
    echo "$count referrer$([ "$count" = 1 ] || echo s)"
  }
  sign "$image"
  sbom=$(bin/oras attach --plain-http --artifact-type application/spdx+json --format go-template='{{.digest}}' "$image" sbom.json 2> oras.log)
  echo "$1: signed, SBOM attached: $(referrers "$@")"
  bin/cosign clean --type referrer -f "$image" > clean.log 2>&1
  bin/crane manifest "$2/app@$sbom" > stored.json 2> crane.log && stored=stored
  echo -n "$1: cleaned: $(referrers "$@"), SBOM $stored; signed anew: "
  sign "$image" && again="exit 0" || again="exit $? ($(grep -om1 MANIFEST_UNKNOWN sign.log))"
  bin/cosign verify --key cosign.pub --insecure-ignore-tlog "$image" > verify.log 2>&1 && verifies=verifies || verifies="does not verify"
  echo "$again, $verifies, $(referrers "$@")"
}
{ show distribution "$DISTRIBUTION"; show crane "$CRANE"; } > seen
diff - seen <<'X'
distribution: signed, SBOM attached: 2 referrers
distribution: cleaned: 0 referrers, SBOM stored; signed anew: exit 0, verifies, 1 referrer
crane: signed, SBOM attached: 2 referrers
crane: cleaned: 2 referrers, SBOM stored; signed anew: exit 1 (MANIFEST_UNKNOWN), does not verify, 2 referrers
X
cat seen
