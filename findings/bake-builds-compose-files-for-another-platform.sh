#!/usr/bin/env bash
# buildx v0.38.2 (`bake --print`, which needs no daemon).
#
# Expected: bake builds the services of a Compose file as the Compose specification has it: a
# service's `platform` says what its build is for, and the tags of `build.tags` come beside the name
# in `image`.
# Seen: `platform` is passed by without a word, so that a service for linux/arm64 is built for the
# builder's own platform; and with build.tags the image is not tagged with the name in `image` at
# all: what `docker compose up` would pull by that name is never pushed.
#
#   app with platform: linux/arm64: platforms null, tags ["registry.example/app:1"]
#   tagged with build.tags: platforms null, tags ["registry.example/tagged:2"]
#   listed with build.platforms: platforms ["linux/arm64"], tags ["registry.example/listed:1"]
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/docker/buildx/cmd/buildx@v0.38.2 2>/dev/null
cat > compose.yaml <<'X'
services:
  app:
    image: registry.example/app:1
    platform: linux/arm64
    build: .
  tagged:
    image: registry.example/tagged:1
    build:
      context: .
      tags: ["registry.example/tagged:2"]
  listed:
    image: registry.example/listed:1
    build:
      context: .
      platforms: ["linux/arm64"]
X
bin/buildx bake --print -f compose.yaml > bake.json 2> bake.log
! grep -qi -e platform -e warn bake.log
python3 - > seen <<'X'
import json
targets = json.load(open("bake.json"))["target"]
for name in ("app", "tagged", "listed"):
    print(f"{name}: platforms {json.dumps(targets[name].get('platforms'))}, tags {json.dumps(targets[name].get('tags'))}")
X
diff - seen <<'X'
app: platforms null, tags ["registry.example/app:1"]
tagged: platforms null, tags ["registry.example/tagged:2"]
listed: platforms ["linux/arm64"], tags ["registry.example/listed:1"]
X
cat seen
