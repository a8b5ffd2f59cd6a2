# Starts the engine with the driver $1 and nothing of it outside of $STATE. The
# registry $2 may speak HTTP, when there is one; $3 is more of the configuration
# file. It sets up no network.
registry=
if [ -n "$2" ]; then registry="\"$2\""; fi
cat >"$STATE/daemon.json" <<END
{"insecure-registries": [$registry]${3:+, $3}}
END
exec dockerd --config-file "$STATE/daemon.json" -H "$DOCKER_HOST" --storage-driver "$1" \
	--data-root "$STATE/root" --exec-root "$STATE/run" --pidfile "$STATE/docker.pid" \
	--bridge none --iptables=false --ip6tables=false --ip-forward=false
