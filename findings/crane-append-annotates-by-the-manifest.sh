#!/usr/bin/env bash
# crane 0.22.1 (go-containerregistry; its own registry served), regctl 0.11.7, oras 1.3.6.
#
# Expected: `crane index append` describes an image in the list as regctl and oras do: the annotations of an
# entry are what somebody says in the list, those of a manifest are in the manifest.
# Seen: crane gives the entry all annotations of the manifest (BuildKit and ko can write some into every one). Where
# the same image comes out of a list that is appended, its entry has the annotations of that list instead, so one
# image is one of two entries, by the name under which it was asked for, and neither is that of the other tools.
#
#   crane, of the image: {"org.opencontainers.image.version": "1"}
#   crane, of the list that has it: {"build": "nightly"}
#   regctl, of the image: none
#   oras, of the image: none
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
regctl() { bin/regctl --host "reg=$HOST,tls=disabled" "$@"; }
echo layer > layer; tar cf layer.tar layer
bin/crane append --oci-empty-base -f layer.tar -t "$HOST/app:image" > crane.log 2>&1
bin/crane mutate --set-platform linux/amd64 --annotation org.opencontainers.image.version=1 -t "$HOST/app:image" "$HOST/app:image" > crane.log 2>&1
image=$(bin/crane digest "$HOST/app:image")
bin/crane index append -m "$HOST/app:image" -t "$HOST/app:crane" > crane.log 2>&1
regctl index create "$HOST/app:regctl" --ref "$HOST/app:image" > regctl.log
bin/oras manifest index create --plain-http "$HOST/app:oras" image > oras.log
regctl index create "$HOST/app:noted" --digest "$image" --desc-annotation build=nightly > regctl.log
bin/crane manifest "$HOST/app:noted" | grep -q '"build":"nightly"'
bin/crane index append -m "$HOST/app:noted" -t "$HOST/app:again" > crane.log 2>&1
cat > told.py <<'X'
import json, sys
notes = json.load(sys.stdin)["manifests"][0].get("annotations")
print(f"{sys.argv[1]}: {json.dumps(notes) if notes else 'none'}")
X
{
  bin/crane manifest "$HOST/app:crane" | python3 told.py "crane, of the image"
  bin/crane manifest "$HOST/app:again" | python3 told.py "crane, of the list that has it"
  for tool in regctl oras; do bin/crane manifest "$HOST/app:$tool" | python3 told.py "$tool, of the image"; done
} > seen
diff - seen <<'X'
crane, of the image: {"org.opencontainers.image.version": "1"}
crane, of the list that has it: {"build": "nightly"}
regctl, of the image: none
oras, of the image: none
X
cat seen
