#!/usr/bin/env bash
# @sigstore/oci 0.7.2 (npm, Node 20), by which JavaScript programs attach attestations to images; crane 0.22.1 and its
# registry, which asks nobody for a login.
#
# Expected: a login in config.json is for a registry that asks for one. Where a registry does not (in a cluster or in CI,
# or one that had a login once), the same file does no harm: crane pushes with it.
# Seen: `getImageDigest` and `attachArtifactToImage` that are given the login from `getRegistryCredentials` first begin an
# upload, also for reading a digest, and fail with "Invalid challenge" if it succeeds (the answer to an upload is
# 202, and only 200 counts as allowed). Without a login the same calls work; but without an entry in config.json,
# or with the login in a helper (`credsStore`, where Docker leaves an empty entry), the first is an error.
#
#   login in config.json: login read, digest Invalid challenge, attached no; crane tag exit 0
#   no entry: login not read, without one: digest read, attached yes; crane tag exit 0
#   login in a helper: login not read, without one: digest read, attached yes; crane tag exit 0
set -euo pipefail
T=$(mktemp -d); trap '[ -z "${SERVER:-}" ] || kill "$SERVER"; rm -rf "$T"' EXIT; cd "$T"
export GOBIN=$T/bin NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export GOPATH=$(go env GOPATH) GOCACHE=$(go env GOCACHE) GOMODCACHE=$(go env GOMODCACHE) HOME=$T
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$T" @sigstore/oci@0.7.2 > npm.log 2>&1 || { cat npm.log; exit 1; }
go install github.com/google/go-containerregistry/cmd/crane@v0.22.1 2>/dev/null
PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOST=127.0.0.1:$PORT
bin/crane registry serve --address "$HOST" > registry.log 2>&1 & SERVER=$!
until curl -sf "http://$HOST/v2/" > /dev/null; do kill -0 "$SERVER"; done
echo program > program; tar cf layer.tar program
bin/crane append --oci-empty-base -f layer.tar -t "$HOST/app:1" > crane.log 2>&1
# A credential helper, as `docker login` would have given the login to.
cat > bin/docker-credential-finding <<'X'
#!/bin/sh
cat > /dev/null; echo '{"ServerURL": "", "Username": "user", "Secret": "word"}'
X
chmod +x bin/docker-credential-finding
cat > finding.cjs <<'X'
const { attachArtifactToImage, getImageDigest, getRegistryCredentials } = require("@sigstore/oci");
const attempt = async (work, otherwise) => { try { return await work(); } catch (error) { return otherwise(error); } };
(async () => {
  const [image, name] = process.argv.slice(2);
  const credentials = await attempt(async () => getRegistryCredentials(image), () => undefined);
  const options = { imageName: image, imageTag: "1", credentials };
  let imageDigest;
  const digest = await attempt(async () => { imageDigest = await getImageDigest(options); return "read"; },
    (error) => error.cause.message.split(":")[0]);
  imageDigest ??= await getImageDigest({ ...options, credentials: undefined });
  const artifact = { artifact: Buffer.from("{}"), mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json" };
  const attached = await attempt(async () => { await attachArtifactToImage({ ...options, ...artifact, imageDigest }); return "yes"; },
    () => "no");
  const login = credentials ? "login read, " : "login not read, without one: ";
  process.stdout.write(`${name}: ${login}digest ${digest}, attached ${attached}`);
})();
X
show() {
  mkdir -p .docker; echo "$2" > .docker/config.json
  PATH=$T/bin:$PATH node finding.cjs "$HOST/app" "$1"
  PATH=$T/bin:$PATH bin/crane tag "$HOST/app:1" again > crane.log 2>&1 && status=0 || status=$?
  echo "; crane tag exit $status"
}
{
  show "login in config.json" "{\"auths\": {\"$HOST\": {\"auth\": \"$(printf user:word | base64)\"}}}"
  show "no entry" '{"auths": {}}'
  show "login in a helper" "{\"auths\": {\"$HOST\": {}}, \"credsStore\": \"finding\"}"
} > seen
diff - seen <<'X'
login in config.json: login read, digest Invalid challenge, attached no; crane tag exit 0
no entry: login not read, without one: digest read, attached yes; crane tag exit 0
login in a helper: login not read, without one: digest read, attached yes; crane tag exit 0
X
cat seen
