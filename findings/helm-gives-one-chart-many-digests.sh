#!/usr/bin/env bash
# helm 4.3.2, crane 0.22.1, on crane's registry.
#
# Expected: one chart archive, byte for byte the same file, has one digest in registries: `helm pull` and `helm push`
# to another registry, the way in which charts are mirrored, keep it, so that a chart that is pinned or signed by
# its digest is found in the mirror, as it is after `crane copy`.
# Seen: the manifest is made anew with the time of the local file (org.opencontainers.image.created), which after a
# pull is the time of the pull. It is written in the time zone of who pushes, so that the same file pushed from
# two time zones is two digests as well, of one and the same moment.
#
#   helm pull and push: same archive, digest of the source not found in the mirror
#   crane copy: same archive, digest of the source found in the mirror
#   TZ=UTC: created 2026-01-01T12:00:00Z
#   TZ=Asia/Tokyo: created 2026-01-01T21:00:00+09:00, another digest
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 TZ=UTC
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install helm.sh/helm/v4/cmd/helm@v4.3.2 2>/dev/null
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
mkdir app pulled
printf 'apiVersion: v2\nname: app\nversion: 1.2.0\n' > app/Chart.yaml
bin/helm package app > helm.log
touch -d 2026-01-01T12:00:00Z app-1.2.0.tgz
push() { bin/helm push "$1" "oci://$HOST/$2" --plain-http > helm.log 2>&1 || cat helm.log; }
created() { bin/crane manifest "$HOST/$1/app:1.2.0" | python3 -c 'import json, sys; print(json.load(sys.stdin)["annotations"]["org.opencontainers.image.created"])'; }
archive() { bin/crane manifest "$HOST/$1/app:1.2.0" | python3 -c 'import json, sys; print(json.load(sys.stdin)["layers"][0]["digest"])'; }
mirrored() { # WORDS, REPOSITORY
  local found="not found"
  ! bin/crane digest "$HOST/$2/app@$source" > crane.log 2>&1 || found=found
  echo "$1: $([ "$(archive "$2")" = "$(archive source)" ] && echo same archive), digest of the source $found in the mirror"
}
push app-1.2.0.tgz source
source=$(bin/crane digest "$HOST/source/app:1.2.0")
bin/helm pull "oci://$HOST/source/app" --version 1.2.0 --plain-http -d pulled > helm.log 2>&1
cmp app-1.2.0.tgz pulled/app-1.2.0.tgz
push pulled/app-1.2.0.tgz mirror
bin/crane copy "$HOST/source/app:1.2.0" "$HOST/copy/app:1.2.0" 2> crane.log
TZ=Asia/Tokyo push app-1.2.0.tgz tokyo
{
  mirrored "helm pull and push" mirror
  mirrored "crane copy" copy
  echo "TZ=UTC: created $(created source)"
  echo "TZ=Asia/Tokyo: created $(created tokyo)$([ "$(bin/crane digest "$HOST/tokyo/app:1.2.0")" = "$source" ] || echo ", another digest")"
} > seen
diff - seen <<'X'
helm pull and push: same archive, digest of the source not found in the mirror
crane copy: same archive, digest of the source found in the mirror
TZ=UTC: created 2026-01-01T12:00:00Z
TZ=Asia/Tokyo: created 2026-01-01T21:00:00+09:00, another digest
X
cat seen
