#!/usr/bin/env bash
# github.com/google/go-containerregistry v0.22.1 (its own registry served), github.com/distribution/reference
# v0.6.0 (Go 1.26.8).
#
# Expected: crane refuses a repository name outside the grammar of the OCI distribution
# specification (two dots, three underscores, a slash at the end) before anything is sent.
# Seen: it checks the characters only. The push of a..b, a___b and a/ succeeds on crane's own
# registry, and Docker's parser refuses each of the names, so that no engine can pull what was
# pushed.
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > go.mod <<'X'
module finding
go 1.24
X
cat > main.go <<'X'
package main

import (
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"strings"

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
)

func main() {
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, name := range []string{"a..b", "a___b", "a/", "a.b"} {
		text := host + "/" + name + ":1"
		pushed := crane.Push(empty.Image, text) == nil
		_, err := crane.Digest(text)
		_, refused := reference.ParseNormalizedNamed(text)
		fmt.Println(name, "pushed", pushed, "there", err == nil, "docker takes the name", refused == nil)
	}
}
X
go get github.com/distribution/reference@v0.6.0 github.com/google/go-containerregistry/pkg/crane@v0.22.1 2>/dev/null
go run . > seen
diff - seen <<'X'
a..b pushed true there true docker takes the name false
a___b pushed true there true docker takes the name false
a/ pushed true there true docker takes the name false
a.b pushed true there true docker takes the name true
X
cat seen
