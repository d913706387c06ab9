#!/usr/bin/env bash
# github.com/distribution/reference v0.6.0, github.com/google/go-containerregistry v0.22.1,
# github.com/regclient/regclient v0.11.7 (Go 1.26.8).
#
# Expected: an image name in capitals, `Foo/bar`, is an error everywhere: repository names are in
# lower case, and `Foo` has neither a dot nor a port and is not `localhost`.
# Seen: Docker's parser and regclient take `Foo` for the name of a registry. `docker pull Foo/bar`
# asks a host called Foo. Only go-containerregistry (crane, ko) refuses the name.
#
#   Foo/bar        docker Foo bar            regclient Foo bar            crane error
#   foo/bar        docker docker.io foo/bar  regclient docker.io foo/bar  crane index.docker.io foo/bar
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

	"github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/regclient/regclient/types/ref"
)

func main() {
	for _, text := range []string{"Foo/bar", "foo/bar"} {
		fmt.Print(text)
		if named, err := reference.ParseNormalizedNamed(text); err == nil {
			fmt.Printf(" docker %s %s", reference.Domain(named), reference.Path(named))
		} else {
			fmt.Print(" docker error")
		}
		if named, err := ref.New(text); err == nil {
			fmt.Printf(" regclient %s %s", named.Registry, named.Repository)
		} else {
			fmt.Print(" regclient error")
		}
		if named, err := name.ParseReference(text); err == nil {
			fmt.Printf(" crane %s %s\n", named.Context().RegistryStr(), named.Context().RepositoryStr())
		} else {
			fmt.Println(" crane error")
		}
	}
}
X
go get github.com/distribution/reference@v0.6.0 github.com/google/go-containerregistry@v0.22.1 \
  github.com/regclient/regclient@v0.11.7 2>/dev/null
go run . > seen
diff - seen <<'X'
Foo/bar docker Foo bar regclient Foo bar crane error
foo/bar docker docker.io foo/bar regclient docker.io foo/bar crane index.docker.io foo/bar
X
cat seen
