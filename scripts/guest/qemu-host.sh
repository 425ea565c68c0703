#!/bin/sh
# Serves the host's "/" to a guest, makes the file system in which the guest's kernel begins, and starts qemu.
# usage: KERNEL=FOLDER VERSION=NAME VIRTIOFSD=FILE qemu-host.sh QEMU_COMMAND…
# It is run by enter.sh, so /run is its own; files 3 to 6 are the channels to our caller: see boot.ts.
set -e
"$VIRTIOFSD" --socket-path=/run/files -o source=/ -o cache=always -o sandbox=chroot \
  3>&- 4>&- 5>&- 6>&- &

initrd=/run/initrd
mkdir -p $initrd/bin $initrd/modules $initrd/proc $initrd/dev $initrd/lower $initrd/memory
cp /bin/busybox $initrd/bin
cp /run/ft-docker-guest/qemu-init.sh $initrd/init
for module in virtio_pci virtio_console virtiofs overlay; do
  modprobe -d "$KERNEL" -S "$VERSION" --show-depends $module
done | sed -n 's/^insmod \(.*[^ ]\) *$/\1/p' | awk '!seen[$0]++' | {
  number=10 # A module comes after those that it needs.
  while read -r file; do
    number=$((number + 1))
    case $file in
      *.xz) busybox xzcat "$file" >$initrd/modules/$number.ko ;;
      *) cp "$file" $initrd/modules/$number.ko ;;
    esac
  done
}
(cd $initrd && find . | busybox cpio -o -H newc >/run/initrd.cpio 2>/dev/null)
rm -r $initrd

while ! [ -S /run/files ]; do
  kill -0 $! # The end of this script, if virtiofsd has ended.
  sleep 0.05
done
exec "$@"
