#!/usr/bin/env bash
# The crate docker_credential 1.4.0 (Rust 1.95), by which Rust tools find what `docker login` stored.
#
# Expected: the login at Docker Hub, whose key is https://index.docker.io/v1/, is found under one name
# wherever it is stored: in config.json, or by a helper (`credsStore`, as Docker Desktop sets it up).
# Seen: for docker.io and index.docker.io, which clients ask for, config.json is searched for Docker
# Hub's other names, and a helper is asked for the name as it is given, under which Docker never
# stored anything: the same login is found on a server and missing on a desktop.
#
#   config.json: docker.io found, index.docker.io found, https://index.docker.io/v1/ found
#   credsStore: docker.io missing, index.docker.io missing, https://index.docker.io/v1/ found
#   the helper was asked for: docker.io, index.docker.io, https://index.docker.io/v1/
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT; cd "$T"
mkdir src bin
cat > Cargo.toml <<'X'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
docker_credential = "=1.4.0"
X
cat > src/main.rs <<'X'
fn main() {
    let names = ["docker.io", "index.docker.io", "https://index.docker.io/v1/"];
    let found = names.map(|name| match docker_credential::get_credential(name) {
        Ok(_) => format!("{name} found"),
        Err(_) => format!("{name} missing"),
    });
    println!("{}", found.join(", "));
}
X
# A helper as those of Docker: it knows what `docker login` stored, by its key.
cat > bin/docker-credential-finding <<'X'
#!/bin/sh
server=$(cat)
printf '%s\n' "$server" >> "$ASKED"
if [ "$server" = https://index.docker.io/v1/ ]; then
  printf '{"ServerURL":"%s","Username":"user","Secret":"word"}' "$server"
else
  echo "credentials not found in native keychain"; exit 1
fi
X
chmod +x bin/docker-credential-finding
mkdir plain store
echo '{"auths": {"https://index.docker.io/v1/": {"auth": "dXNlcjp3b3Jk"}}}' > plain/config.json
echo '{"auths": {"https://index.docker.io/v1/": {}}, "credsStore": "finding"}' > store/config.json
cargo build --quiet 2> cargo.log || { cat cargo.log; exit 1; }
export ASKED=$T/asked PATH=$T/bin:$PATH
{
  echo "config.json: $(DOCKER_CONFIG=$T/plain target/debug/finding)"
  echo "credsStore: $(DOCKER_CONFIG=$T/store target/debug/finding)"
  echo "the helper was asked for: $(paste -sd, asked | sed 's/,/, /g')"
} > seen
diff - seen <<'X'
config.json: docker.io found, index.docker.io found, https://index.docker.io/v1/ found
credsStore: docker.io missing, index.docker.io missing, https://index.docker.io/v1/ found
the helper was asked for: docker.io, index.docker.io, https://index.docker.io/v1/
X
cat seen
