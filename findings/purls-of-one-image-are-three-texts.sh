#!/usr/bin/env bash
# packageurl-go v0.1.7 (Go 1.26.8), packageurl-python 0.17.6, packageurl-js 2.0.1, the three
# libraries of the package-url project.
#
# Expected: a purl has one canonical text, so that one image in two documents can be found by
# comparing texts: `pkg:oci/app@sha256:…?repository_url=ghcr.io:443/team/app` and
# `pkg:docker/team/app@1?platform=linux/arm64`, read and written by any of them.
# Seen: slashes and colons of a qualifier come out in three ways. Only Python changes the digest's
# capitals, JavaScript refuses a namespace that both others keep, and Go keeps the capitals of a name
# that both others lower.
#
#   go  repository_url=ghcr.io:443%2Fteam%2Fapp     platform=linux%2Farm64
#   py  repository_url=ghcr.io:443/team/app         platform=linux/arm64
#   js  repository_url=ghcr.io%3A443%2Fteam%2Fapp   platform=linux%2Farm64
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > purls <<'X'
pkg:oci/app@sha256:244fd47e07d1?repository_url=ghcr.io:443/team/app
pkg:docker/team/app@1?platform=linux/arm64
pkg:oci/App@sha256:244FD47E07D1
pkg:oci/team/app@sha256:244fd47e07d1
X
mkdir src && cat > src/go.mod <<'X'
module finding
go 1.24
X
cat > src/main.go <<'X'
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/package-url/packageurl-go"
)

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if purl, err := packageurl.FromString(lines.Text()); err != nil {
			fmt.Println("go error")
		} else {
			fmt.Println("go", purl.ToString())
		}
	}
}
X
(cd src && go get github.com/package-url/packageurl-go@v0.1.7 2>/dev/null && go build -o ../by-go .)
python3 -m venv env
env/bin/pip -q --disable-pip-version-check install packageurl-python==0.17.6
cat > by.py <<'X'
import sys
from packageurl import PackageURL
for line in sys.stdin:
    try:
        print("py", PackageURL.from_string(line.strip()).to_string())
    except ValueError:
        print("py error")
X
npm install --silent --no-audit --no-fund --prefix "$T" packageurl-js@2.0.1 > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > by.cjs <<'X'
const { PackageURL } = require("packageurl-js");
for (const line of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
  try {
    console.log("js", PackageURL.fromString(line).toString());
  } catch {
    console.log("js error");
  }
}
X
while read -r purl; do
  for program in ./by-go "env/bin/python by.py" "node by.cjs"; do $program <<< "$purl"; done
done < purls > seen
diff - seen <<'X'
go pkg:oci/app@sha256:244fd47e07d1?repository_url=ghcr.io:443%2Fteam%2Fapp
py pkg:oci/app@sha256:244fd47e07d1?repository_url=ghcr.io:443/team/app
js pkg:oci/app@sha256:244fd47e07d1?repository_url=ghcr.io%3A443%2Fteam%2Fapp
go pkg:docker/team/app@1?platform=linux%2Farm64
py pkg:docker/team/app@1?platform=linux/arm64
js pkg:docker/team/app@1?platform=linux%2Farm64
go pkg:oci/App@sha256:244FD47E07D1
py pkg:oci/app@sha256:244fd47e07d1
js pkg:oci/app@sha256:244FD47E07D1
go pkg:oci/team/app@sha256:244fd47e07d1
py pkg:oci/team/app@sha256:244fd47e07d1
js error
X
cat seen
