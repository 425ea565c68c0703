#!/bin/busybox sh
# What every guest does once its root is the overlay and /proc is its own: the file systems that a bare host has, the
# command, its exit status, and the end. The host has left the command as a script in /run/ft-docker-guest.
umask 022
[ -d /.old ] && umount -l /.old && rmdir /.old
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t mqueue mqueue /dev/mqueue
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/0 /dev/stdin
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn /proc/self/fd/2 /dev/stderr
stty -F "$CONTROL" raw -echo 2>/dev/null
stty -F "$OUT" raw -echo 2>/dev/null
stty -F "$ERR" raw -echo 2>/dev/null
exec 3>"$CONTROL"
echo ready >&3

. /run/ft-docker-guest/settings.sh # CHECKOUT and MODULES
modules=/lib/modules/$(uname -r)
[ -e "$modules" ] || { mkdir -p /lib/modules && ln -sfn "$MODULES" "$modules"; }
cp /run/ft-docker-guest/command.sh /command.sh
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/netns
# An overlay's upper folder can't be on this overlay, and tmpfs can't map ids before Linux 6.3: /tmp and the state are on
# an ext4 whose blocks are in memory. A checkout below one of these stays in sight.
mkdir /run/checkout /run/memory /run/disk
mount --bind "$CHECKOUT" /run/checkout
mount -t tmpfs -o mode=700,size=90% tmpfs /run/memory
truncate -s 8G /run/memory/disk
/sbin/mkfs.ext4 -q -m 0 -O ^has_journal -E lazy_itable_init=1 /run/memory/disk
/sbin/modprobe loop
/bin/mount -t ext4 -o loop,discard /run/memory/disk /run/disk
for folder in /tmp /var/lib/ft-docker; do
  mkdir -p "$folder" "/run/disk$folder"
  chmod 1777 "/run/disk$folder"
  mount --bind "/run/disk$folder" "$folder"
done
umount /run/disk
[ -e "$CHECKOUT" ] || { mkdir -p "$CHECKOUT" && mount --bind /run/checkout "$CHECKOUT"; }
umount /run/checkout

hostname ft-docker-guest
ip link set lo up
mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup

# Pipes, not the channels themselves: these may be terminals, and the command has none.
mkfifo /run/out /run/err
cat /run/out >"$OUT" &
out=$!
cat /run/err >"$ERR" &
err=$!
# By its path: this shell would take busybox's own for a mere name.
setsid /bin/sh /command.sh </dev/null >/run/out 2>/run/err 3>&-
status=$?
# What the command left behind ends with it, as on a machine that is switched off; it would keep the pipes open.
for folder in /proc/[0-9]*; do
  pid=${folder#/proc/}
  case $pid in 1 | "$out" | "$err") ;; *) kill -9 "$pid" 2>/dev/null ;; esac
done
wait
echo "exit $status" >&3
poweroff -f
