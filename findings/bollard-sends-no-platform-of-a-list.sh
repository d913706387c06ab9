#!/usr/bin/env bash
# The crate bollard 0.21.1 (Rust 1.95) and dockerode 5.0.1 (npm, Node 20), two clients of Docker's API; the engine
# is a small server that writes down what it is asked.
#
# Expected: `docker image rm --platform` and `docker load --platform`, which Docker's API has for several
# platforms at once, can be asked for through a client library that has options for them.
# Seen: bollard's options have the field, and any value in it, one platform too, fails before a request is
# sent ("unsupported value"): without it, all platforms are removed or loaded. dockerode sends a parameter
# for each, as the engine reads them.
#
#   bollard remove, no platforms: DELETE force=false&noprune=false
#   bollard remove, one platform: not sent (unsupported value)
#   bollard load, one platform: not sent (unsupported value)
#   dockerode remove, two platforms: DELETE platforms={"os":"linux","architecture":"arm64"}&platforms={"os":"linux","architecture":"arm"}
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T" dockerode@5.0.1 > npm.log 2>&1 || { cat npm.log; exit 1; }
mkdir src
cat > Cargo.toml <<'X'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
bollard = { version = "=0.21.1", default-features = false, features = ["http"] }
tokio = { version = "1", features = ["rt", "macros"] }
futures-util = "0.3"
X
cat > src/main.rs <<'X'
use bollard::query_parameters::{ImportImageOptionsBuilder, RemoveImageOptionsBuilder};
use bollard::{body_full, Docker, API_DEFAULT_VERSION};
use futures_util::StreamExt;

fn told(error: bollard::errors::Error) -> String {
    format!("not sent ({})", std::error::Error::source(&error).map_or(error.to_string(), |cause| cause.to_string()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let address = std::env::args().nth(1).unwrap();
    let docker = Docker::connect_with_http(&address, 60, API_DEFAULT_VERSION).unwrap();
    let one = vec![r#"{"os":"linux","architecture":"arm64"}"#.to_string()];
    for (name, options) in [
        ("no platforms", RemoveImageOptionsBuilder::new().build()),
        ("one platform", RemoveImageOptionsBuilder::new().platforms(one.clone()).build()),
    ] {
        print!("bollard remove, {name}: ");
        match docker.remove_image("app", Some(options), None).await {
            Ok(_) => println!("{}", std::fs::read_to_string("asked").unwrap()),
            Err(error) => println!("{}", told(error)),
        }
    }
    print!("bollard load, one platform: ");
    let options = ImportImageOptionsBuilder::new().platform(one).build();
    match docker.import_image(options, body_full(Default::default()), None).next().await {
        Some(Err(error)) => println!("{}", told(error)),
        _ => println!("{}", std::fs::read_to_string("asked").unwrap()),
    }
}
X
cat > engine.py <<'X'
import http.server, os, urllib.parse

class Engine(http.server.BaseHTTPRequestHandler):
    def do_DELETE(self):
        with open("asked", "w") as file:
            file.write(f"{self.command} {urllib.parse.unquote(self.path.partition('?')[2])}")
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")
    do_POST = do_DELETE
    def log_message(self, *args):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
with open("port.part", "w") as file:
    file.write(str(server.server_port))
os.rename("port.part", "port")
server.serve_forever()
X
cat > ask.cjs <<'X'
const Docker = require("dockerode");
const platforms = ["arm64", "arm"].map(architecture => JSON.stringify({ os: "linux", architecture }));
new Docker({ host: "127.0.0.1", port: process.argv[2] }).getImage("app").remove({ platforms }).then(() => {
  console.log(`dockerode remove, two platforms: ${require("fs").readFileSync("asked")}`);
});
X
python3 engine.py & SERVER=$!
until [ -e port ]; do kill -0 "$SERVER"; done
cargo run --quiet -- "tcp://127.0.0.1:$(cat port)" 2>cargo.log > seen || { cat cargo.log; exit 1; }
node ask.cjs "$(cat port)" >> seen
diff - seen <<'X'
bollard remove, no platforms: DELETE force=false&noprune=false
bollard remove, one platform: not sent (unsupported value)
bollard load, one platform: not sent (unsupported value)
dockerode remove, two platforms: DELETE platforms={"os":"linux","architecture":"arm64"}&platforms={"os":"linux","architecture":"arm"}
X
cat seen
