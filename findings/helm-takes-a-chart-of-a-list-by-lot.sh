#!/usr/bin/env bash
# helm 4.3.2, crane 0.22.1, on crane's registry.
#
# Expected: a tag whose list (OCI index) holds two charts is an error to `helm pull`, as a list with no chart is, or one
# rule says which of them comes. Helm asks registries for lists, and takes the chart of a list that has one
# chart beside an image.
# Seen: the entries are fetched side by side, and what comes last is taken for the chart, exit 0: the
# same command brings now the one and now the other, with the same digest, that of the list, printed each time.
#
#   a list of a chart and an image: always the chart
#   a list of two charts, digest always the same: now the one, now the other
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
go install helm.sh/helm/v4/cmd/helm@v4.3.2 2>/dev/null
HOST=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
for name in one two; do
  mkdir "$name"
  printf 'apiVersion: v2\nname: %s\nversion: 1.0.0\n' "$name" > "$name/Chart.yaml"
  bin/helm package "$name" > helm.log
  bin/helm push "$name-1.0.0.tgz" "oci://$HOST" --plain-http > helm.log 2>&1
  bin/crane copy "$HOST/$name:1.0.0" "$HOST/list:$name" 2> crane.log
done
bin/crane append --oci-empty-base -f <(tar cf - one) -t "$HOST/list:image" > crane.log 2>&1
bin/crane index append -m "$HOST/list:one" -m "$HOST/list:two" -t "$HOST/list:1.0.0" > crane.log 2>&1
bin/crane index append -m "$HOST/list:one" -m "$HOST/list:image" -t "$HOST/list:2.0.0" > crane.log 2>&1
pulled() { # VERSION: the name in the chart that came
  rm -rf out
  bin/helm pull "oci://$HOST/list" --version "$1" --plain-http --untar -d out > helm.log 2>&1
  [ "$(sed -n 's/^Digest: //p' helm.log)" = "$(bin/crane digest "$HOST/list:$1")" ]
  sed -n 's/^name: //p' out/*/Chart.yaml
}
{
  for i in $(seq 20); do pulled 2.0.0; done | sort -u | sed 's/^one$/a list of a chart and an image: always the chart/'
  # By lot: of 400 pulls both come, and how often each of them hangs on the machine.
  for i in $(seq 400); do
    pulled 1.0.0
    [ "$(cat names 2>/dev/null | sort -u | wc -l)" -lt 2 ] || break
  done > names
  [ "$(sort -u names | tr '\n' ' ')" != "one two " ] || echo "a list of two charts, digest always the same: now the one, now the other"
} > seen
diff - seen <<'X'
a list of a chart and an image: always the chart
a list of two charts, digest always the same: now the one, now the other
X
cat seen
