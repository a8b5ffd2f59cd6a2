# Makes the root directory $1 the root of this mount namespace, in which nothing
# that is written to it is kept; the directory $2 is at the same path in both.
# Then it says so, and stays until its input ends. Run with sh -eu by unshare.
lower=$1 session=$2 scratch=$2/root
mkdir -p "$scratch"
mount -t tmpfs -o mode=0755 assay "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/merged"
mount -t overlay -o "lowerdir=$lower,upperdir=$scratch/upper,workdir=$scratch/work" assay "$scratch/merged"
cd "$scratch/merged"
for dir in dev proc sys; do mount --rbind "/$dir" "$dir"; done
mount -t tmpfs -o mode=0755 assay run
mount -t tmpfs -o mode=1777 assay dev/shm # Podman's locks are there
# What the network of this machine is called in the files that libraries read.
for file in hosts resolv.conf; do
	rm -f "etc/$file"
	if [ -e "/etc/$file" ]; then cat "/etc/$file" >"etc/$file"; fi
done
mkdir -p ".$session" .outside
mount --bind "$session" ".$session"
pivot_root . .outside
cd /
umount -l /.outside
rmdir /.outside
echo ready
exec cat >/dev/null
