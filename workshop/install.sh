#!/bin/sh
# Installs the workshop from a stick, without a network: `sh install.sh [DIRECTORY]`, ~/ft-docker unless one is given.
# It needs Linux on x64 or arm64 with glibc, and no root. Node is put into DIRECTORY/.node where the machine has none that is
# new enough.
set -eu
target=${1:-$HOME/ft-docker}
cd "$(dirname "$0")"

fail() {
  echo "error: install: $1" >&2
  [ $# -lt 2 ] || echo "hint: $2" >&2
  exit 125
}

case $(uname -sm) in
  "Linux x86_64") arch=x64 ;;
  "Linux aarch64") arch=arm64 ;;
  *) fail "$(uname -sm): it is for Linux on x64 or arm64" ;;
esac
set -- node-linux-$arch-*.tgz
[ -e "$1" ] || fail "this stick has nothing for $arch"
[ -z "$(ls -A "$target" 2>/dev/null)" ] || fail "$target is there already" "sh install.sh ANOTHER_DIRECTORY"
sha256sum --check --quiet SHA256SUMS || fail "a file isn't what was written: copy the stick anew"

echo "install: the repository, to $target"
mkdir -p "$target"
tar -xf ft-docker.tar -C "$target"
version=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$version" -lt 20 ] || ! npm --version >/dev/null 2>&1; then
  echo "install: Node, to $target/.node"
  mkdir -p "$target/.node/bin" "$target/.node/lib/node_modules/npm"
  tar -xzf "$1" -C "$target/.node/bin" --strip-components=2 package/bin/node
  tar -xzf npm-*.tgz -C "$target/.node/lib/node_modules/npm" --strip-components=1
  chmod +x "$target/.node/lib/node_modules/npm/bin/"*-cli.js
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$target/.node/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$target/.node/bin/npx"
  PATH=$target/.node/bin:$PATH
  path="  export PATH=\"$target/.node/bin:\$PATH\"
"
fi

echo "install: the packages"
cache=$(mktemp -d)
trap 'rm -rf "$cache"' EXIT
tar -xf npm-cache.tar -C "$cache"
(cd "$target" && npm ci --offline --cache "$cache" --no-audit --no-fund --loglevel=error)

rootfs=rootfs-$arch.tar
[ ! -e "$rootfs" ] || {
  mkdir -p "$target/.rootfs"
  tar -xf "$rootfs" -C "$target/.rootfs" --no-same-owner
}
cat <<TEXT

It is all there. Begin with:
${path:-}  cd $target
  npm start               a shell in a container
  npm run doctor          what this machine has and lacks
The book: $target/site/dist/index.html
Where the machine's own tools can't be copied into containers: --rootfs $target/.rootfs
TEXT
