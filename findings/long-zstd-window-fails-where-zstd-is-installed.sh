#!/usr/bin/env bash
# go.podman.io/storage v1.65.1 (pkg/archive, which unpacks layers for podman and CRI-O), containerd
# v2.4.2 (pkg/archive/compression), Go 1.26.8. Needs the program zstd (1.5.4 was run).
#
# Expected: whether a zstd layer can be unpacked hangs on the layer and the engine's version, not on
# which programs the machine has.
# Seen: of a layer with a window of 512 MiB (`zstd --long=29`) containerd reads all. storage pipes it
# through the program zstd if there is one, which takes 128 MiB without further words and fails, and
# reads it all on a machine without the program.
#
#   zstd is there, window of 512 MiB: containerd 10240 bytes, storage error
#   zstd is not there, window of 512 MiB: containerd 10240 bytes, storage 10240 bytes
#   either way, window of 1024 MiB: containerd error, storage error
set -euo pipefail
command -v zstd > /dev/null || { echo "the program zstd is not here"; exit 1; }
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
# One frame of one block that is stored as it is; the byte behind the descriptor gives the window.
cat > frames.py <<'X'
tar = bytes(10240)
for log in (27, 29, 30):
    window = bytes([(log - 10) << 3])
    block = (len(tar) << 3 | 1).to_bytes(3, "little") + tar
    open(f"{log}.zst", "wb").write(b"\x28\xb5\x2f\xfd\x00" + window + block)
X
python3 frames.py
mkdir src && cd src
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/containerd/containerd/v2/pkg/archive/compression"
	"go.podman.io/storage/pkg/archive"
)

func main() {
	for _, log := range []uint{27, 29, 30} {
		name := fmt.Sprintf("../%d.zst", log)
		containerd := read(name, func(file io.Reader) (io.ReadCloser, error) { return compression.DecompressStream(file) })
		storage := read(name, archive.DecompressStream)
		fmt.Printf("window of %d MiB: containerd %s, storage %s\n", 1<<(log-20), containerd, storage)
	}
}

func read(name string, open func(io.Reader) (io.ReadCloser, error)) string {
	file, err := os.Open(name)
	check(err)
	defer file.Close()
	stream, err := open(file)
	if err != nil {
		return "error"
	}
	defer stream.Close()
	count, err := io.Copy(io.Discard, stream)
	if err != nil {
		return "error"
	}
	return fmt.Sprint(count, " bytes")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
X
export GOFLAGS=-mod=mod
go get github.com/containerd/containerd/v2@v2.4.2 go.podman.io/storage@v1.65.1 2>/dev/null
go build -tags exclude_graphdriver_btrfs -o ../finding . 2> ../go.log || { cat ../go.log; exit 1; }
cd "$T/src"
{ echo "zstd is there"; ../finding; echo "zstd is not there"; PATH=/nothing ../finding; } > ../seen
cd "$T"
diff - seen <<'X'
zstd is there
window of 128 MiB: containerd 10240 bytes, storage 10240 bytes
window of 512 MiB: containerd 10240 bytes, storage error
window of 1024 MiB: containerd error, storage error
zstd is not there
window of 128 MiB: containerd 10240 bytes, storage 10240 bytes
window of 512 MiB: containerd 10240 bytes, storage 10240 bytes
window of 1024 MiB: containerd error, storage error
X
cat seen
