#!/usr/bin/env bash
# dockerfile-parse 2.0.1 (PyPI), which build systems ask for the parents of an image.
#
# Expected: `FROM alpine:${TAG:-3.20}` has the parent alpine:3.20, as BuildKit reads it, or the
# parent is given as it is written; a stage of the same file is not a parent image.
# Seen: the default is cut in the middle, so that the parent is not a reference at all, and stages are
# listed among the parents.
#
#   parents: ['golang:1.26', 'alpine::-3.20}', 'build']
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install dockerfile-parse==2.0.1
cat > Dockerfile <<'X'
ARG TAG
FROM golang:1.26 AS build
FROM alpine:${TAG:-3.20} AS base
FROM build
X
env/bin/python - > seen <<'X'
from dockerfile_parse import DockerfileParser
print("parents:", DockerfileParser(path=".").parent_images)
X
diff - seen <<'X'
parents: ['golang:1.26', 'alpine::-3.20}', 'build']
X
cat seen
