#!/bin/busybox sh
# The first process of Debian's kernel in qemu, in a file system in memory that has busybox and some modules alone. It
# mounts the host's "/" by virtiofs, read-only, puts an overlay over it, whose upper layer is in memory too, and makes
# that the root.
/bin/busybox mount -t proc proc /proc
mount -t devtmpfs dev /dev
for module in /modules/*.ko; do insmod "$module"; done
mount -t virtiofs -o ro host /lower
mount -t tmpfs -o size=90% tmpfs /memory
mkdir /memory/upper /memory/work /memory/root
mount -t overlay -o lowerdir=/lower,upperdir=/memory/upper,workdir=/memory/work overlay /memory/root
mount -t proc proc /memory/root/proc
# The ports of the one virtio-serial device, whatever number it has.
port=$(echo /dev/vport*p1)
export CONTROL="$port" OUT="${port%1}2" ERR="${port%1}3"
umount /dev /proc
exec /bin/busybox switch_root /memory/root /bin/busybox sh /run/ft-docker-guest/init.sh
