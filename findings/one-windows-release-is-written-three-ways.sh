#!/usr/bin/env bash
# github.com/containerd/platforms v1.0.0-rc.5 (containerd 2.4, BuildKit 0.34, Compose 5) and v0.2.1,
# github.com/google/go-containerregistry v0.22.1, github.com/regclient/regclient v0.11.7 (Go 1.26.8).
#
# Expected: a platform with a Windows release is one text to all tools, as linux/arm/v7 is; or a tool
# refuses the text of another.
# Seen: each has a text of its own. containerd and regclient refuse those of others, but crane takes
# them and looks for an OS `windows(10.0.20348.2402)` or an architecture `amd64,osver=…`, which no
# image is for. regclient does not write the release that it has read; and what containerd's newest
# writes for os.features is an error to its own last stable version.
#
#   windows(10.0.20348.2402)/amd64       containerd reads | crane os windows(10.0.20348.2402) | regclient refuses
#   windows/amd64:10.0.20348.2402        containerd refuses | crane reads | regclient refuses
#   windows/amd64,osver=10.0.20348.2402  containerd refuses | crane architecture amd64,osver=10.0.20348.2402 | regclient reads, writes windows/amd64
#   windows(10.0.20348.2402+win32k)/amd64  containerd's v1.0.0-rc.5 reads and writes, its v0.2.1 refuses
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
mkdir new old
for version in new old; do printf 'module finding\ngo 1.26\n' > $version/go.mod; done
cat > new/main.go <<'X'
package main

import (
	"fmt"

	"github.com/containerd/platforms"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/regclient/regclient/types/platform"
)

func main() {
	for _, text := range []string{
		"windows(10.0.20348.2402)/amd64", "windows/amd64:10.0.20348.2402", "windows/amd64,osver=10.0.20348.2402",
	} {
		fmt.Println(text)
		if read, err := platforms.Parse(text); err != nil {
			fmt.Println("  containerd refuses")
		} else {
			fmt.Printf("  containerd os %s, architecture %s, release %q, writes %s\n", read.OS, read.Architecture, read.OSVersion, platforms.FormatAll(read))
		}
		if read, err := v1.ParsePlatform(text); err != nil {
			fmt.Println("  crane refuses")
		} else {
			fmt.Printf("  crane os %s, architecture %s, release %q, writes %s\n", read.OS, read.Architecture, read.OSVersion, read)
		}
		if read, err := platform.Parse(text); err != nil {
			fmt.Println("  regclient refuses")
		} else {
			fmt.Printf("  regclient os %s, architecture %s, release %q, writes %s\n", read.OS, read.Architecture, read.OSVersion, read)
		}
	}
}
X
cat > old/main.go <<'X'
package main

import (
	"fmt"

	"github.com/containerd/platforms"
)

func main() {
	read, err := platforms.Parse("windows(10.0.20348.2402+win32k)/amd64")
	if err != nil {
		fmt.Println("refuses")
		return
	}
	fmt.Println(platforms.FormatAll(read))
}
X
(cd new && go get github.com/containerd/platforms@v1.0.0-rc.5 github.com/google/go-containerregistry@v0.22.1 github.com/regclient/regclient@v0.11.7 2>/dev/null)
{
  (cd new && go run .)
  echo "windows(10.0.20348.2402+win32k)/amd64"
  for version in v1.0.0-rc.5 v0.2.1; do
    (cd old && go get "github.com/containerd/platforms@$version" 2>/dev/null && echo "  containerd's $version: $(go run .)")
  done
} > seen
diff - seen <<'X'
windows(10.0.20348.2402)/amd64
  containerd os windows, architecture amd64, release "10.0.20348.2402", writes windows(10.0.20348.2402)/amd64
  crane os windows(10.0.20348.2402), architecture amd64, release "", writes windows(10.0.20348.2402)/amd64
  regclient refuses
windows/amd64:10.0.20348.2402
  containerd refuses
  crane os windows, architecture amd64, release "10.0.20348.2402", writes windows/amd64:10.0.20348.2402
  regclient refuses
windows/amd64,osver=10.0.20348.2402
  containerd refuses
  crane os windows, architecture amd64,osver=10.0.20348.2402, release "", writes windows/amd64,osver=10.0.20348.2402
  regclient os windows, architecture amd64, release "10.0.20348.2402", writes windows/amd64
windows(10.0.20348.2402+win32k)/amd64
  containerd's v1.0.0-rc.5: windows(10.0.20348.2402+win32k)/amd64
  containerd's v0.2.1: refuses
X
cat seen
