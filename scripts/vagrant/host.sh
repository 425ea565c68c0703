#!/bin/bash
# Runs libvirtd and then a command, in mount and network namespaces of their own, so that nothing of the machine's changes:
# `unshare --mount --net --propagation private host.sh FOLDER COMMAND…`. Who started it gives the network (slirp4netns) and then
# makes FOLDER/online. Processors are emulated: it works wherever qemu does.
set -euo pipefail
folder=$1
shift

# /sys/fs/cgroup is one for all mount namespaces: libvirtd gets an empty one.
mount -t tmpfs tmpfs /sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock "$folder"/{state,settings,cache}
mount --bind "$folder/state" /var/lib/libvirt
mount --bind "$folder/cache" /var/cache/libvirt
mount --bind "$folder/settings" /etc/libvirt
[ ! -e /dev/kvm ] || mount --bind /dev/null /dev/kvm
echo "nameserver 10.0.2.3" >"$folder/resolv.conf" # slirp4netns's
mount --bind "$folder/resolv.conf" /etc/resolv.conf
cat >/etc/libvirt/qemu.conf <<'CONF'
user = "root"
group = "root"
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
CONF
echo 'auth_unix_rw = "none"' >/etc/libvirt/libvirtd.conf

ip link set lo up
touch "$folder/namespaces"
until [ -e "$folder/online" ]; do sleep 0.1; done
echo 1 >/proc/sys/net/ipv4/ip_forward # In this network namespace.

libvirtd --daemon
trap 'kill "$(cat /run/libvirtd.pid)" 2>/dev/null || true' EXIT
until virsh --connect qemu:///system version >/dev/null 2>&1; do
  kill -0 "$(cat /run/libvirtd.pid)" || { echo "libvirtd has ended" >&2; exit 1; }
  sleep 0.2
done
"$@"
