#!/usr/bin/env bash
# @cyclonedx/cdxgen 12.8.4 (npm, Node 20; `exportImage`, by which `cdxgen -t docker NAME` gets the image); the Docker
# engine that it asks is a small server, which has team/app:latest and team/app:1 and can pull the others.
#
# Expected: a bill of materials for `team/app@sha256:…`, which the engine has not yet, is made of the image with
# that digest, after a pull, as it is for a name with a registry before it.
# Seen: the digest of an image on Docker Hub is left out of the question: team/app::latest is asked for, then
# team/app, and what the engine has under latest is taken for the image; of `team/app:1@sha256:…`, what it has
# under 1. Nothing is pulled; the export by digest fails, and the other image is exported in its place.
#
#   team/app@sha256:…: not pulled, described team/app:latest, exported team/app:latest
#   team/app:1@sha256:…: not pulled, described team/app:1, exported team/app:1
#   registry.example/app@sha256:…: pulled, described registry.example/app@sha256:…, exported registry.example/app@sha256:…
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional --prefix "$T" @cyclonedx/cdxgen@12.8.4 > npm.log 2>&1 || { cat npm.log; exit 1; }
cat > engine.py <<'X'
import hashlib, http.server, io, json, re, socketserver, tarfile, urllib.parse

DIGEST = "sha256:" + "d" * 64
HERE = ["team/app:latest", "team/app:1", "registry.example/app:latest"]
REMOTE = [f"team/app@{DIGEST}", f"registry.example/app@{DIGEST}"]

def config(name):
    return json.dumps({"os": "linux", "architecture": "amd64", "config": {"Labels": {"name": name}},
                       "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(LAYER).hexdigest()]}}).encode()

def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()

LAYER = tar({"etc/motd": b"hello\n"})
ids = lambda name: "sha256:" + hashlib.sha256(config(name)).hexdigest()

class Engine(http.server.BaseHTTPRequestHandler):
    def answer(self, code, body, kind="application/json"):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        path = urllib.parse.unquote(self.path).lstrip("/")
        if path == "_ping":
            return self.answer(200, b"OK", "text/plain")
        asked = re.fullmatch("images/(.*)/(json|get)", path)
        name = asked[1] if re.search("[@:]", asked[1]) else asked[1] + ":latest"
        name = next((it for it in HERE if name in (it, ids(it))), None)
        if not name:
            return self.answer(404, b'{"message":"No such image"}')
        if asked[2] == "json":
            return self.answer(200, json.dumps({"Id": ids(name), "RepoTags": [name], "Config": {"Labels": {"name": name}}}).encode())
        with open("exported", "w") as file:
            file.write(name.replace(DIGEST, "sha256:…"))
        digest = ids(name)[7:]
        self.answer(200, tar({digest + ".json": config(name), "layer.tar": LAYER, "manifest.json": json.dumps(
            [{"Config": digest + ".json", "RepoTags": [name], "Layers": ["layer.tar"]}]).encode()}), "application/x-tar")
    def do_POST(self):
        name = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)["fromImage"][0]
        HERE.append(REMOTE[REMOTE.index(name)])
        with open("pulled", "w"):
            pass
        self.answer(200, b'{"status":"Pull complete"}\n')
    def address_string(self):
        return "client"
    def log_message(self, *args):
        pass

class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True

Server("docker.sock", Engine).serve_forever()
X
cat > ask.mjs <<'X'
import { exportImage } from "@cyclonedx/cdxgen/managers/docker";
import { existsSync, readFileSync, rmSync } from "node:fs";
const digest = `sha256:${"d".repeat(64)}`;
const seen = [];
for (const name of ["team/app@", "team/app:1@", "registry.example/app@"]) {
  for (const file of ["pulled", "exported"]) rmSync(file, { force: true });
  const image = await exportImage(name + digest, {});
  const described = image.inspectData.RepoTags[0].replace(digest, "sha256:…");
  seen.push(`${name}sha256:…: ${existsSync("pulled") ? "pulled" : "not pulled"}, described ${described}, exported ${readFileSync("exported")}`);
}
console.log(seen.join("\n"));
process.exit(0);
X
python3 engine.py & SERVER=$!
until [ -S docker.sock ]; do kill -0 "$SERVER"; done
mkdir tmp
TMPDIR=$T/tmp CDXGEN_TEMP_DIR=$T/tmp DOCKER_HOST=unix://$T/docker.sock node ask.mjs > out 2> err || { cat out err; exit 1; }
grep sha256:… out > seen
diff - seen <<'X'
team/app@sha256:…: not pulled, described team/app:latest, exported team/app:latest
team/app:1@sha256:…: not pulled, described team/app:1, exported team/app:1
registry.example/app@sha256:…: pulled, described registry.example/app@sha256:…, exported registry.example/app@sha256:…
X
cat seen
