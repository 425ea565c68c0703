#!/bin/bash
# Boots the Vagrantfile's machine, looks at it from inside and from the host, and destroys it: run by host.sh.
# usage: VAGRANT_HOME=… FT_DOCKER_BOX=… VAGRANT_DOTFILE_PATH=… up.sh
set -euo pipefail
trap 'vagrant destroy --force >/dev/null 2>&1 || true' EXIT

failed=0
# check WHAT EXPECTED COMMAND…: the command's last line is to be EXPECTED, a pattern of the shell's.
check() {
  local what=$1 expected=$2 output
  shift 2
  output=$("$@" 2>&1 | tr -d '\r' | tail -n 1) || true
  # shellcheck disable=SC2053
  if [[ $output == $expected ]]; then
    echo "ok: $what: $output"
  else
    echo "FAILED: $what: $output (expected: $expected)"
    failed=1
  fi
}
inside() { vagrant ssh --command "$1" -- -q; }

vagrant up --provider libvirt
check "cgroups" cgroup2fs inside 'stat -f -c %T /sys/fs/cgroup'
check "the first generation" "0" inside 'grep -c "cgroup cgroup " /proc/self/mountinfo'
check "processors" 2 inside nproc
check "memory, MiB" "[12][0-9][0-9][0-9]" inside "awk '/MemTotal/ {print int(\$2 / 1024)}' /proc/meminfo"
check "Node" "v2[0-9].*" inside 'node --version'
check "tools" 5 inside 'command -v strace nft ip tmux busybox | wc -l'
check "the message at login" "*1*" inside 'grep -c "npm start" /etc/motd.d/ft-docker'
check "a container of the newest chapter" "I am 1" \
  inside 'cd ft-docker && sudo npx tsx chapters/06-net-user/main.ts run /bin/sh -c "echo I am \$\$"'
check "limits" "33554432" \
  inside 'cd ft-docker && sudo npx tsx chapters/04-cgroups/main.ts run -m 32m cat /sys/fs/cgroup/memory.max'
check "doctor" "all that chapters * need is there" inside 'cd ft-docker && npm run --silent doctor'
check "the site, on the host's loopback" "*</html>*" \
  curl --silent --fail "http://127.0.0.1:${FT_DOCKER_SITE_PORT:-8000}/"
SECONDS=0
check "provisioning again" "*ready: Node*" vagrant provision
echo "it took $SECONDS s"
exit $failed
