# Writes the configuration files of a Podman for the registry $1. It runs without
# systemd, and beside others: its locks and what it notes of running containers
# are files of its own. crun refuses machines that have both versions of control
# groups. The limits are such that no right is needed to have them.
cat >"$CONTAINERS_CONF" <<END
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
tmp_dir = "$STATE/tmp"
END
cat >"$CONTAINERS_STORAGE_CONF" <<END
[storage]
driver = "vfs"
graphroot = "$STATE/root"
runroot = "$STATE/run"
END
cat >"$CONTAINERS_REGISTRIES_CONF" <<END
[[registry]]
location = "$1"
insecure = $(test "$PLAIN_HTTP" && echo true || echo false)
END
