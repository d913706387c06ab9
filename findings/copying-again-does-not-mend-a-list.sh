#!/usr/bin/env bash
# crane 0.22.1, regctl 0.11.7, oras 1.3.6, on distribution 3.1.2.
#
# Expected: of a list with an image that the registry has lost (a clean-up by platform deletes
# manifests by digest), copying it there once more from its source brings the image back.
# Seen: crane and regctl see the list's digest under the tag and are done, exit 0, with the image
# still gone (regctl has --force-recursive for it); oras finds that the list is there, does not send
# the image either, and fails on putting the list.
#
#   crane: copied, image deleted, copied again: exit 0, image 404
#   regctl: copied, image deleted, copied again: exit 0, image 404
#   oras: copied, image deleted, copied again: exit 1, image 404
#   regctl --force-recursive: exit 0, image 200
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; [ -z "${SOURCE:-}" ] || kill "$SOURCE"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2 2>/dev/null
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install github.com/regclient/regclient/cmd/regctl@v0.11.7 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
FROM=127.0.0.1:$(port) HOST=127.0.0.1:$(port)
bin/crane registry serve --address "$FROM" > source.log 2>&1 & SOURCE=$!
printf 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}\nhttp: {addr: "%s"}\n' "$T/data" "$HOST" > registry.yml
bin/registry serve registry.yml > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$FROM/v2/" > /dev/null; do kill -0 "$SOURCE"; done
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
bin/crane append --oci-empty-base -f <(tar cf - -T /dev/null) -t "$FROM/app:amd64" > crane.log 2>&1
bin/crane mutate "$FROM/app:amd64" --set-platform linux/amd64 -t "$FROM/app:amd64" > crane.log 2>&1
bin/crane mutate "$FROM/app:amd64" --set-platform linux/arm64 -t "$FROM/app:arm64" > crane.log 2>&1
bin/crane index append -m "$FROM/app:amd64" -m "$FROM/app:arm64" -t "$FROM/app:1" > crane.log 2>&1
image=$(bin/crane digest "$FROM/app:arm64")
copy() {
  case $1 in
    crane) bin/crane copy "$FROM/app:1" "$HOST/$1:1" ;;
    regctl) bin/regctl --host "reg=$FROM,tls=disabled" --host "reg=$HOST,tls=disabled" image copy "${@:2}" "$FROM/app:1" "$HOST/$1:1" ;;
    oras) bin/oras cp --from-plain-http --to-plain-http "$FROM/app:1" "$HOST/$1:1" ;;
  esac > "$1.log" 2>&1
}
status() { curl -s -o /dev/null -w '%{http_code}' "${@:2}" -H 'Accept: application/vnd.oci.image.manifest.v1+json' "http://$HOST/v2/$1/manifests/$image"; }
{
  for tool in crane regctl oras; do
    copy $tool
    [ "$(status $tool -I)" = 200 ]
    [ "$(status $tool -X DELETE)" = 202 ]
    code=0; copy $tool || code=$?
    echo "$tool: copied, image deleted, copied again: exit $code, image $(status $tool -I)"
  done
  code=0; copy regctl --force-recursive || code=$?
  echo "regctl --force-recursive: exit $code, image $(status regctl -I)"
} > seen
diff - seen <<'X'
crane: copied, image deleted, copied again: exit 0, image 404
regctl: copied, image deleted, copied again: exit 0, image 404
oras: copied, image deleted, copied again: exit 1, image 404
regctl --force-recursive: exit 0, image 200
X
cat seen
