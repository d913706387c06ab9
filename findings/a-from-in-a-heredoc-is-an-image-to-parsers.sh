#!/usr/bin/env bash
# BuildKit v0.34.2 (its Dockerfile parser, Go 1.26.8), dockerfile-parse 2.0.1 (PyPI), dockerfile-ast 0.7.1
# and docker-file-parser 1.0.7 (npm, Node 20).
#
# Expected: the text of a heredoc (`COPY <<EOF /etc/motd`) is content to what reads Dockerfiles, and a
# line in it that begins with FROM names no image.
# Seen: BuildKit and dockerfile-ast read two images. dockerfile-parse, by which build systems find the
# parents of an image, and docker-file-parser take the text for instructions: two more images, and the
# line that ends the text is an instruction EOF to the latter.
#
#   buildkit: golang:1.26 scratch
#   dockerfile-ast: golang:1.26 scratch
#   dockerfile-parse: golang:1.26 alpine:3.20 here scratch
#   docker-file-parser: golang:1.26 alpine:3.20 here scratch
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > Dockerfile <<'X'
FROM golang:1.26 AS build
RUN <<EOF
cat > /inner.Dockerfile <<INNER
FROM alpine:3.20
INNER
EOF
COPY <<EOF /etc/motd
FROM here
EOF
FROM scratch
COPY --from=build /inner.Dockerfile /
X
export GOFLAGS=-mod=mod
mkdir src && cat > src/go.mod <<'X'
module finding
go 1.26
X
cat > src/main.go <<'X'
package main

import (
	"fmt"
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func main() {
	read, err := parser.Parse(os.Stdin)
	if err != nil {
		panic(err)
	}
	fmt.Print("buildkit:")
	for _, line := range read.AST.Children {
		if line.Value == "FROM" || line.Value == "from" {
			fmt.Print(" ", line.Next.Value)
		}
	}
	fmt.Println()
}
X
(cd src && go get github.com/moby/buildkit@v0.34.2 2>/dev/null && go build -o ../by-go .)
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install dockerfile-parse==2.0.1
npm install --silent --no-audit --no-fund --prefix "$T" dockerfile-ast@0.7.1 docker-file-parser@1.0.7 > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > by.cjs <<'X'
const text = require("fs").readFileSync("Dockerfile", "utf8");
const ast = require("dockerfile-ast").DockerfileParser.parse(text);
console.log("dockerfile-ast:", ...ast.getFROMs().map((from) => from.getImage()));
const lines = require("docker-file-parser").parse(text);
console.log("docker-file-parser:", ...lines.filter((line) => line.name === "FROM").map((line) => line.args.split(" ")[0]));
console.log("docker-file-parser, instructions:", ...lines.map((line) => line.name));
X
cat > by.py <<'X'
from dockerfile_parse import DockerfileParser
print("dockerfile-parse:", *DockerfileParser(path=".").parent_images)
X
{ ./by-go < Dockerfile; env/bin/python by.py; node by.cjs; } > seen
diff - seen <<'X'
buildkit: golang:1.26 scratch
dockerfile-parse: golang:1.26 alpine:3.20 here scratch
dockerfile-ast: golang:1.26 scratch
docker-file-parser: golang:1.26 alpine:3.20 here scratch
docker-file-parser, instructions: FROM RUN CAT FROM INNER EOF COPY FROM EOF FROM COPY
X
cat seen
