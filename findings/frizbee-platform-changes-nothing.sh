#!/usr/bin/env bash
# frizbee 0.1.7 (github.com/stacklok/frizbee, which pins images in Dockerfiles and YAML by digest), crane 0.22.1, on
# crane's registry.
#
# Expected: `--platform linux/arm64` ("platform to match artifact references", `platform` in .frizbee.yml) pins the
# image of the list for that platform, another platform another image, and one that the list lacks is an error.
# Seen: every platform gives the digest of the whole list, as none does; windows/amd64 too, for which the list has no
# image. linux/arm/v7 is refused for its third part, so that a variant cannot be said at all.
#
#   no platform: the list
#   linux/amd64: the list
#   linux/arm64: the list
#   windows/amd64: the list
#   linux/arm/v7: refused (platform must be in the format os/arch)
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/stacklok/frizbee@v0.1.7 2>/dev/null
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
for architecture in amd64 arm64; do
  echo "$architecture" > file
  bin/crane append --oci-empty-base -f <(tar cf - file) -t "$HOST/app:$architecture" > crane.log 2>&1
  bin/crane mutate "$HOST/app:$architecture" --set-platform "linux/$architecture" -t "$HOST/app:$architecture" > crane.log 2>&1
done
bin/crane index append -m "$HOST/app:amd64" -m "$HOST/app:arm64" -t "$HOST/app:1" > crane.log 2>&1
pinned() {
  if ! bin/frizbee image "$HOST/app:1" ${1:+--platform "$1"} > out 2> err; then
    echo "refused ($(grep -o -m1 'platform must.*' err))"
    return
  fi
  for tag in 1:"the list" amd64:"the amd64 image" arm64:"the arm64 image"; do
    ! grep -q "$(bin/crane digest "$HOST/app:${tag%%:*}")" out || echo "${tag#*:}"
  done
}
{
  echo "no platform: $(pinned "")"
  for platform in linux/amd64 linux/arm64 windows/amd64 linux/arm/v7; do echo "$platform: $(pinned "$platform")"; done
} > seen
diff - seen <<'X'
no platform: the list
linux/amd64: the list
linux/arm64: the list
windows/amd64: the list
linux/arm/v7: refused (platform must be in the format os/arch)
X
cat seen
