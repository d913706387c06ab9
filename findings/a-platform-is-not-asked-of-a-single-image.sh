#!/usr/bin/env bash
# crane 0.22.1, regctl 0.11.7, oras 1.3.6, on crane's registry.
#
# Expected: `--platform linux/amd64` on a tag that holds one image, for arm64 (what a push from one
# machine leaves of a list), is an error, as it is for a list without that platform.
# Seen: crane and regctl pass by --platform where there is no list: digest, config and export give the
# arm64 image, and copy writes it under a tag for amd64, exit 0. oras looks into the config and
# refuses; so strictly, that linux/arm64/v8 does not find it either.
#
#   crane --platform linux/amd64: digest exit 0, config linux/arm64, copy exit 0
#   regctl --platform linux/amd64: digest exit 0, config linux/arm64, copy exit 0
#   oras --platform linux/amd64: digest exit 1, copy exit 1
#   oras --platform linux/arm64/v8: digest exit 1, copy exit 1
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
bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$HOST/app:1" > crane.log 2>&1
bin/crane mutate "$HOST/app:1" --set-platform linux/arm64 -t "$HOST/app:1" > crane.log 2>&1
regctl() { bin/regctl --host "reg=$HOST,tls=disabled" "$@"; }
exits() { local code=0; "$@" > tool.log 2>&1 || code=$?; echo "exit $code"; }
platform() { python3 -c 'import json, sys; config = json.load(sys.stdin); print(config["os"] + "/" + config["architecture"])'; }
{
  echo "crane --platform linux/amd64: digest $(exits bin/crane digest --platform linux/amd64 "$HOST/app:1"), config $(bin/crane config --platform linux/amd64 "$HOST/app:1" | platform), copy $(exits bin/crane copy --platform linux/amd64 "$HOST/app:1" "$HOST/by-crane:amd64")"
  echo "regctl --platform linux/amd64: digest $(exits regctl image digest --platform linux/amd64 "$HOST/app:1"), config $(regctl image config --platform linux/amd64 "$HOST/app:1" | platform), copy $(exits regctl image copy --platform linux/amd64 "$HOST/app:1" "$HOST/by-regctl:amd64")"
  for asked in linux/amd64 linux/arm64/v8; do
    echo "oras --platform $asked: digest $(exits bin/oras resolve --plain-http --platform $asked "$HOST/app:1"), copy $(exits bin/oras cp --from-plain-http --to-plain-http --platform $asked "$HOST/app:1" "$HOST/by-oras:1")"
  done
} > seen
for copied in by-crane by-regctl; do [ "$(bin/crane config "$HOST/$copied:amd64" | platform)" = linux/arm64 ]; done
diff - seen <<'X'
crane --platform linux/amd64: digest exit 0, config linux/arm64, copy exit 0
regctl --platform linux/amd64: digest exit 0, config linux/arm64, copy exit 0
oras --platform linux/amd64: digest exit 1, copy exit 1
oras --platform linux/arm64/v8: digest exit 1, copy exit 1
X
cat seen
