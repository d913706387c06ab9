#!/usr/bin/env bash
# crane 0.22.1 (go-containerregistry; its own registry served).
#
# Expected: changing a list with crane follows one rule: the change is made in every image of it, or
# it is refused. `--platform` is said to be "all" when it is not given; flatten works on each image
# of a list, rebase and mutate --annotation refuse a list.
# Seen: `crane mutate` and `crane append` of a list take its linux/amd64 image and write that one,
# changed, under the tag, exit 0. With `--set-platform linux/s390x` the amd64 image is labelled
# s390x.
#
#   flattened: a list of ['amd64', 'arm64']
#   labelled: one image, amd64
#   appended: one image, amd64
#   moved: one image, s390x, and its program says amd64
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
# A list of two images, whose one file says what it was built for.
for arch in amd64 arm64; do
  echo "$arch" > program; tar cf layer.tar program
  bin/crane append --oci-empty-base -f layer.tar -t "$HOST/app:base" > crane.log 2>&1
  bin/crane mutate --set-platform "linux/$arch" -t "$HOST/app:$arch" "$HOST/app:base" > crane.log 2>&1
done
bin/crane index append --flatten=false -m "$HOST/app:amd64" -m "$HOST/app:arm64" -t "$HOST/app:list" > crane.log 2>&1
echo more > more; tar cf more.tar more
bin/crane flatten -t "$HOST/app:flattened" "$HOST/app:list" > crane.log 2>&1
bin/crane mutate --label a=b -t "$HOST/app:labelled" "$HOST/app:list" > crane.log 2>&1
bin/crane append -b "$HOST/app:list" -f more.tar -t "$HOST/app:appended" > crane.log 2>&1
bin/crane mutate --set-platform linux/s390x -t "$HOST/app:moved" "$HOST/app:list" > crane.log 2>&1
show() {
  bin/crane manifest "$HOST/app:$1" | python3 -c '
import json, sys
document = json.load(sys.stdin)
if "manifests" in document:
    print(sys.argv[1] + ": a list of", [entry["platform"]["architecture"] for entry in document["manifests"]])
else:
    print(sys.argv[1] + ": one image,", end=" ")' "$1" | tr -d '\n'
  bin/crane manifest "$HOST/app:$1" | grep -q '"manifests"' && echo && return
  bin/crane config "$HOST/app:$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["architecture"], end="")'
  [ "$1" != moved ] || printf ', and its program says %s' "$(bin/crane export "$HOST/app:$1" - | tar xOf - program)"
  echo
}
for tag in flattened labelled appended moved; do show "$tag"; done > seen
diff - seen <<'X'
flattened: a list of ['amd64', 'arm64']
labelled: one image, amd64
appended: one image, amd64
moved: one image, s390x, and its program says amd64
X
cat seen
