#!/bin/bash
# Makes a Vagrant box for libvirt from Debian's packages alone: `sudo workshop/box.sh FILE.box`, then
# `FT_DOCKER_BOX=FILE.box vagrant up --provider libvirt`. It has no boot loader: the kernel and its first file system lie in the
# box, and the box's own Vagrantfile names them. Needs mmdebstrap, e2fsprogs and qemu-utils.
set -euo pipefail

SUITE=trixie
DISK=10 # GB; what isn't written takes no space
# Vagrant's own key, which it replaces by another when the machine first starts.
KEY='ssh-rsa AAAAB3NzaC1yc2EAAAABIwAAAQEA6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr+kz4TjGYe7gHzIw+niNltGEFHzD8+v1I2YJ6oXevct1YeS0o9HZyN1Q9qgCgzUFtdOKLv6IedplqoPkcmF0aYet2PkEDo3MlTBckFXPITAMzF8dJSIFo9D8HfdOV0IAdx4O7PtixWKn5y2hMNG0zQPyUecp4pzC6kivAIhyfHilFR61RGL+GPXQ2MWZWFYbAGjyiYJnAmCP3NOTd0jMZEnDkbUvxhMmBYSdETk1rRgm+R4LOzFUGaHqHDLKLX+FIPKcF96hrucXzcWyLbIbEgE98OHlnVYCzRdK8jlqm8tehUc9c9WhQ== vagrant insecure public key'

[ $# = 1 ] || { echo "usage: workshop/box.sh FILE.box" >&2; exit 125; }
[ "$(id -u)" = 0 ] || { echo "error: box: needs root" >&2; echo "hint: sudo workshop/box.sh $1" >&2; exit 125; }
box=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

mmdebstrap --quiet --variant=apt --mode=root --dpkgopt=force-unsafe-io \
  --include=systemd-sysv,systemd-resolved,udev,dbus,openssh-server,sudo,passwd,iproute2,rsync,ca-certificates \
  --include="linux-image-cloud-$(dpkg --print-architecture),initramfs-tools,zstd" \
  --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"; echo MODULES=list >"$1/etc/initramfs-tools/conf.d/modules"
    printf "%s\n" virtio_pci virtio_blk virtio_net ext4 >"$1/etc/initramfs-tools/modules"' \
  "$SUITE" "$root"

echo ft-docker >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 ft-docker\n::1 localhost\n' >"$root/etc/hosts"
echo '/dev/vda / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"
printf '[Match]\nName=en* eth*\n[Network]\nDHCP=yes\n' >"$root/etc/systemd/network/all.network"
# Each machine makes its own. Without the second file systemd would take its start for the first one, and ask for a language.
rm -f "$root"/etc/ssh/ssh_host_*
: >"$root/etc/machine-id"
printf '[Service]\nExecStartPre=\nExecStartPre=/usr/bin/ssh-keygen -A\nExecStartPre=/usr/sbin/sshd -t\n' | install -D -m 644 /dev/stdin "$root/etc/systemd/system/ssh.service.d/keys.conf"
chroot "$root" systemctl --quiet enable systemd-networkd systemd-resolved ssh
chroot "$root" useradd --create-home --shell /bin/bash vagrant
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' | install -m 440 /dev/stdin "$root/etc/sudoers.d/vagrant"
install -d -m 700 "$root/home/vagrant/.ssh"
echo "$KEY" | install -m 600 /dev/stdin "$root/home/vagrant/.ssh/authorized_keys"
chroot "$root" chown -R vagrant:vagrant /home/vagrant
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

mkdir "$work/box"
cp "$root"/boot/vmlinuz-* "$work/box/vmlinuz"
cp "$root"/boot/initrd.img-* "$work/box/initrd"
truncate --size "${DISK}G" "$work/disk"
mkfs.ext4 -q -F -d "$root" "$work/disk"
qemu-img convert -O qcow2 "$work/disk" "$work/box/box.img"
echo "{\"provider\":\"libvirt\",\"format\":\"qcow2\",\"virtual_size\":$DISK}" >"$work/box/metadata.json"
cat >"$work/box/Vagrantfile" <<'RUBY'
Vagrant.configure("2") do |config|
  config.vm.provider :libvirt do |libvirt|
    libvirt.kernel = File.join(__dir__, "vmlinuz")
    libvirt.initrd = File.join(__dir__, "initrd")
    libvirt.cmd_line = "root=/dev/vda rw console=ttyS0"
  end
end
RUBY
tar -C "$work/box" -czf "$box" metadata.json Vagrantfile vmlinuz initrd box.img
echo "box: $box, $(du -h "$box" | cut -f1)"
