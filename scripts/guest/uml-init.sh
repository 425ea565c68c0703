#!/bin/busybox sh
# The first process of the user-mode kernel. "/" is the host's, through hostfs, and read-only. It puts an overlay over it,
# whose upper layer is in memory, and makes that the root. /proc is the host's as well until the guest's own is mounted
# upon it, and busybox finds its commands by /proc/self/exe: hence the care about it, and about the new root's.
/bin/busybox mount -t proc proc /proc
insmod "/usr/lib/uml/modules/$(uname -r)/kernel/fs/overlayfs/overlay.ko"
mount -t tmpfs -o size=90% tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
mount -t proc proc /mnt/root/proc
cd /mnt/root && mkdir .old && pivot_root . .old && cd / || /bin/busybox poweroff -f
export CONTROL=/dev/tty1 OUT=/dev/tty2 ERR=/dev/tty3
# This kernel has no nftables for IP: iptables has to be the older one.
for name in iptables ip6tables; do
  [ -x /usr/sbin/$name-legacy ] && ln -sfn /usr/sbin/$name-legacy /etc/alternatives/$name
done
exec /bin/busybox sh /run/ft-docker-guest/init.sh
