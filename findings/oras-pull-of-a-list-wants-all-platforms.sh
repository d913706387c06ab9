#!/usr/bin/env bash
# oras 1.3.6, on crane 0.22.1's registry.
#
# Expected: `oras pull` of a list that `oras manifest index create` made of one program for two
# platforms brings the host's, as pulling an image does; or fails and says that a platform is wanted.
# Seen: without --platform it pulls every entry. Two files of one name are the error "duplicate name",
# which names no platform, and no file is left; files of different names arrive all, for all
# platforms.
#
#   one name: exit 1, duplicate name, files: none
#   one name --platform linux/arm64: exit 0, files: tool
#   two names: exit 0, files: tool-amd64 tool-arm64
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
mkdir files && cd files
for arch in amd64 arm64; do
  for name in tool "tool-$arch"; do
    echo "$arch" > "$name"
    ../bin/oras push --plain-http --artifact-type application/vnd.example.tool --artifact-platform "linux/$arch" "$HOST/$name:$arch" "$name" > ../oras.log 2>&1
  done
  ../bin/oras copy --from-plain-http --to-plain-http "$HOST/tool-$arch:$arch" "$HOST/tools:$arch" > ../oras.log 2>&1
done
cd ..
bin/oras manifest index create --plain-http "$HOST/tool:1" amd64 arm64 > oras.log 2>&1
bin/oras manifest index create --plain-http "$HOST/tools:1" amd64 arm64 > oras.log 2>&1
pull() {
  local out=$T/$RANDOM code=0 files; mkdir "$out"
  bin/oras pull --plain-http "${@:2}" -o "$out" > oras.log 2>&1 || code=$?
  files=$(ls "$out" | paste -sd ' ')
  echo "$1: exit $code, $(grep -o 'duplicate name' oras.log | sed 's/$/, /' || true)files: ${files:-none}"
}
{
  pull "one name" "$HOST/tool:1"
  pull "one name --platform linux/arm64" --platform linux/arm64 "$HOST/tool:1"
  pull "two names" "$HOST/tools:1"
} > seen
diff - seen <<'X'
one name: exit 1, duplicate name, files: none
one name --platform linux/arm64: exit 0, files: tool
two names: exit 0, files: tool-amd64 tool-arm64
X
cat seen
