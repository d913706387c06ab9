#!/usr/bin/env bash
# kustomize 5.8.2.
#
# Expected: `newTag` on an image that is pinned by its digest, `nginx:1@sha256:…`, is an error, or
# leaves the digest, which is what engines pull by.
# Seen: the tag is replaced and the pin is gone, without a warning. `digest` does it the other way
# round (the tag is gone), and both together give a name with both.
#
#   newTag: nginx:2
#   digest: nginx@sha256:aaaa…
#   both: nginx:2@sha256:aaaa…
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2 2>/dev/null
A=sha256:$(printf 'a%.0s' {1..64}); B=sha256:$(printf 'b%.0s' {1..64})
cat > pod.yaml <<X
apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {containers: [{name: a, image: "nginx:1@$B"}]}
X
build() {
  printf 'resources: [pod.yaml]\nimages: [{name: nginx, %s}]\n' "$2" > kustomization.yaml
  bin/kustomize build 2>&1 | sed -n "s/.*image: /$1: /p" | sed 's/aaaaa*/aaaa…/; s/bbbbb*/bbbb…/'
}
{ build newTag 'newTag: "2"'; build digest "digest: $A"; build both "newTag: \"2\", digest: $A"; } > seen
diff - seen <<'X'
newTag: nginx:2
digest: nginx@sha256:aaaa…
both: nginx:2@sha256:aaaa…
X
cat seen
