#!/usr/bin/env bash
# crane 0.22.1, regctl 0.11.7, oras 1.3.6, on crane's registry. The component is packed as the CNCF's layout for
# Wasm in registries has it: a config of type application/vnd.wasm.config.v0+json, which states os and
# architecture (wasip2 and wasm for a component), and one application/wasm layer.
#
# Expected: put into a list beside an image, the component is an entry for wasip2/wasm, whichever tool
# makes the list; or no tool gives it a platform.
# Seen: three tools, three entries: regctl writes the platform and no artifactType, so that the entry looks
# like an image; oras writes an artifactType and no platform, so that it is not found by its platform; crane
# writes both. oras itself does not take the component by that platform out of its own list.
#
#   crane: platform wasip2/wasm, artifactType application/vnd.wasm.config.v0+json
#   regctl: platform wasip2/wasm, artifactType none
#   oras: platform none, artifactType application/vnd.wasm.config.v0+json
#   wasip2/wasm of the list by crane: crane the component, regctl the component, oras the component
#   wasip2/wasm of the list by regctl: crane the component, regctl the component, oras the component
#   wasip2/wasm of the list by oras: crane nothing, regctl nothing, oras nothing
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
bin/crane mutate --set-platform linux/amd64 -t "$HOST/app:image" "$HOST/app:image" > crane.log 2>&1
printf '\0asm\15\0\1\0' > app.wasm
cat > config.json <<X
{"created":"2026-11-01T00:00:00Z","architecture":"wasm","os":"wasip2","layerDigests":["sha256:$(sha256sum app.wasm | cut -d' ' -f1)"],"component":{"exports":[],"imports":[]}}
X
bin/oras push --plain-http --no-tty "$HOST/app:component" --config config.json:application/vnd.wasm.config.v0+json \
  app.wasm:application/wasm > oras.log
component=$(bin/crane digest "$HOST/app:component")
bin/crane index append -m "$HOST/app:image" -m "$HOST/app:component" -t "$HOST/app:crane" > crane.log 2>&1
regctl index create "$HOST/app:regctl" --ref "$HOST/app:image" --ref "$HOST/app:component" > regctl.log
bin/oras manifest index create --plain-http "$HOST/app:oras" image component > oras.log
cat > entry.py <<'X'
import json, sys
entry = json.load(sys.stdin)["manifests"][1]
platform = entry.get("platform")
platform = f"{platform['os']}/{platform['architecture']}" if platform else "none"
print(f"{sys.argv[1]}: platform {platform}, artifactType {entry.get('artifactType', 'none')}")
X
asked() {
  case $1 in
    crane) bin/crane digest --platform wasip2/wasm "$2" ;;
    regctl) regctl image digest --platform wasip2/wasm "$2" ;;
    oras) bin/oras manifest fetch --plain-http --descriptor --platform wasip2/wasm "$2" | grep -o 'sha256:[0-9a-f]*' ;;
  esac 2> asked.log
}
{
  for tool in crane regctl oras; do
    bin/crane manifest "$HOST/app:$tool" | python3 entry.py $tool
  done
  for list in crane regctl oras; do
    line="wasip2/wasm of the list by $list:"
    for tool in crane regctl oras; do
      found=$(asked $tool "$HOST/app:$list") || found=nothing
      line="$line $tool ${found/$component/the component},"
    done
    echo "${line%,}"
  done
} > seen
diff - seen <<'X'
crane: platform wasip2/wasm, artifactType application/vnd.wasm.config.v0+json
regctl: platform wasip2/wasm, artifactType none
oras: platform none, artifactType application/vnd.wasm.config.v0+json
wasip2/wasm of the list by crane: crane the component, regctl the component, oras the component
wasip2/wasm of the list by regctl: crane the component, regctl the component, oras the component
wasip2/wasm of the list by oras: crane nothing, regctl nothing, oras nothing
X
cat seen
