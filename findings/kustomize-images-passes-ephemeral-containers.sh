#!/usr/bin/env bash
# kustomize 5.8.2.
#
# Expected: the `images` of a kustomization change the name of an image wherever a Pod names it.
# Seen: containers, initContainers and image volumes are changed, and a `containers` list in a
# custom resource too; ephemeralContainers keep the old image. So does an `image` of a custom
# resource.
#
#   containers nginx:2, initContainers nginx:2, volume nginx:2, ephemeralContainers nginx:1
#   custom: containers nginx:2, image nginx:1
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2 2>/dev/null
cat > objects.yaml <<'X'
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  containers: [{name: a, image: "nginx:1"}]
  initContainers: [{name: b, image: "nginx:1"}]
  ephemeralContainers: [{name: c, image: "nginx:1"}]
  volumes: [{name: d, image: {reference: "nginx:1"}}]
---
apiVersion: example.org/v1
kind: Server
metadata: {name: app}
spec:
  image: nginx:1
  pod: {containers: [{name: a, image: "nginx:1"}]}
X
cat > kustomization.yaml <<'X'
resources: [objects.yaml]
images: [{name: nginx, newTag: "2"}]
X
mkdir built
bin/kustomize build -o built
python3 - <<'X' > seen
import glob, re
text = {("custom" if "kind: Server" in body else "pod"): body for body in (open(f).read() for f in glob.glob("built/*"))}

def after(kind, key, word="image"):
    return re.search(rf"{key}:\n(?:.*\n)*?[- ]*{word}: (\S+)", text[kind]).group(1)

print("containers", after("pod", r"\n  containers"), end=", ")
print("initContainers", after("pod", "initContainers"), end=", ")
print("volume", after("pod", "volumes", "reference"), end=", ")
print("ephemeralContainers", after("pod", "ephemeralContainers"))
print("custom: containers", after("custom", "containers"), end=", ")
print("image", re.search(r"\n  image: (\S+)", text["custom"]).group(1))
X
diff - seen <<'X'
containers nginx:2, initContainers nginx:2, volume nginx:2, ephemeralContainers nginx:1
custom: containers nginx:2, image nginx:1
X
cat seen
