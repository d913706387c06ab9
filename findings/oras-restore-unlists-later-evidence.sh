#!/usr/bin/env bash
# oras 1.3.6 (`oras backup`, `oras restore`), on crane 0.22.1's registry, which has no referrers API (distribution
# 3.1.2 has none either), so that referrers are listed under a tag sha256-….
#
# Expected: putting a backup of a repository back adds what is missing, and evidence that was attached since
# (a signature, a scan's result) stays attached: the image that it is about did not change.
# Seen: a backup of the whole repository has the tag sha256-… too, as if it were a name, with or without
# --include-referrers, and restore puts the old list of referrers over the new one: what was attached later
# is listed no more, exit 0. Backup and restore of the tag 1 alone add to the list and lose nothing.
#
#   the repository: 1 at the backup, 2 before the restore, 1 after it
#   the repository, with referrers: 1 at the backup, 2 before the restore, 1 after it
#   the tag: 1 at the backup, 2 before the restore, 2 after it
#   the tag, with referrers: 1 at the backup, 2 before the restore, 2 after it
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install oras.land/oras/cmd/oras@v1.3.6 2>/dev/null
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
echo layer > layer; tar cf layer.tar layer
attach() {
  echo "$2" > evidence.txt
  bin/oras attach --plain-http --no-tty "$HOST/$1:1" --artifact-type application/vnd.example.scan evidence.txt > oras.log
}
listed() { bin/oras discover --plain-http --format json "$HOST/$1:1" | grep -c vnd.example.scan; }
round() {
  local name=$1 repo=$2 tag=$3 first second; shift 3
  bin/crane append --oci-empty-base -f layer.tar -t "$HOST/$repo:1" > crane.log 2>&1
  attach "$repo" first
  first=$(listed "$repo")
  bin/oras backup --plain-http --no-tty "$@" --output "$repo" "$HOST/$repo$tag" > oras.log
  attach "$repo" second
  second=$(listed "$repo")
  bin/oras restore --plain-http --no-tty --input "$repo" "$HOST/$repo$tag" > oras.log
  echo "$name: $first at the backup, $second before the restore, $(listed "$repo") after it"
}
{
  round "the repository" a ""
  round "the repository, with referrers" b "" --include-referrers
  round "the tag" c :1
  round "the tag, with referrers" d :1 --include-referrers
} > seen
diff - seen <<'X'
the repository: 1 at the backup, 2 before the restore, 1 after it
the repository, with referrers: 1 at the backup, 2 before the restore, 1 after it
the tag: 1 at the backup, 2 before the restore, 2 after it
the tag, with referrers: 1 at the backup, 2 before the restore, 2 after it
X
cat seen
