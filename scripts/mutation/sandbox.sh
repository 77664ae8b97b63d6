# Runs a command on a copy of a source tree in a machine of its own: a broken `rm -rf` or `kill` of a mutant reaches nothing else.
# Usage: unshare --mount --pid --fork --kill-child --propagation private sh sandbox.sh TREE NODE_MODULES BOX COMMAND...
# All that it writes lies in memory and is gone at its end.
set -e
tree=$1 modules=$2 box=$3
shift 3
mount -t tmpfs tmpfs "$box"
mkdir "$box/upper" "$box/work" "$box/root"
root=$box/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$box/upper,workdir=$box/work" "$root"
mount -t proc proc "$root/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount --rbind /sys "$root/sys"
mount -o remount,bind,ro "$root/sys"
mount -t tmpfs tmpfs "$root/dev"
for node in null zero full random urandom tty; do
  : >"$root/dev/$node"
  mount --bind "/dev/$node" "$root/dev/$node"
done
ln -s /proc/self/fd "$root/dev/fd"
mkdir "$root/dev/shm" "$root/mutant"
mount -t tmpfs tmpfs "$root/tmp"
chmod 1777 "$root/tmp" "$root/dev/shm"
mount --bind "$tree" "$root/mutant"
mount --bind "$modules" "$root/mutant/node_modules"
exec chroot "$root" sh -c 'cd /mutant && exec "$@"' sh "$@"
