#!/bin/sh
# The first process of the PID and mount namespaces in which a guest runs on the host (boot.ts makes them): whatever it
# starts and mounts is gone when it ends. usage: SIZE=MIB COMMAND=SCRIPT SETTINGS=SCRIPT enter.sh BOOT_COMMAND…
set -e
scripts=$(dirname "$0")
# The guest sees this folder as part of "/". The memory of a user-mode kernel is a file, made where TMPDIR says.
mount -t tmpfs -o "mode=755,size=${SIZE}m" tmpfs /run
mkdir /run/ft-docker-guest
cp "$scripts/init.sh" "$scripts/uml-init.sh" "$scripts/qemu-init.sh" /run/ft-docker-guest
printf '%s\n' "$COMMAND" >/run/ft-docker-guest/command.sh
printf '%s\n' "$SETTINGS" >/run/ft-docker-guest/settings.sh
chmod +x /run/ft-docker-guest/*.sh
mount -o remount,bind,ro /
unset COMMAND SETTINGS
export TMPDIR=/run
# Not by exec: abort(3), by which a user-mode kernel ends after a panic, doesn't end a namespace's first process.
"$@" || exit $?
