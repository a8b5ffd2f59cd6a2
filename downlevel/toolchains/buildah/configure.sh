# Writes where images are kept.
cat >"$CONTAINERS_STORAGE_CONF" <<END
[storage]
driver = "vfs"
graphroot = "$STATE/root"
runroot = "$STATE/run"
END
