# shellcheck shell=bash
# The scripts of this folder source this file. It says where the registries are
# installed, and finds their programs and their processes.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # for the scripts that source this
root=$(cd "$here/../.." && pwd)
cache=${ASSAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/assay}/registries
# Each running registry has a pid, a log and a configuration here. The script against
# sets a directory of its own, so that it can run twice at the same time.
state=${REGISTRIES_STATE:-$cache/running}
names="distribution docker-registry docker-registry-2.7 ggcr ocimem olareg olareg-dir"
distribution=v3.1.2

die() {
	echo "$(basename "$0"): $*" >&2
	exit 2
}

known() {
	case " $names " in
	*" $1 "*) ;;
	*) die "unknown registry $1: want one of $names" ;;
	esac
}

# program NAME: prints the path of NAME's program. The path contains the version, so
# that an old program is not taken for a new one.
program() {
	case $1 in
	distribution) echo "$cache/distribution-$distribution" ;;
	docker-registry-2.7) echo "$cache/$1" ;;
	docker-registry) command -v docker-registry || echo /usr/bin/docker-registry ;;
	*)
		local module
		module=$(module "$1")
		echo "$cache/$module-$(cat "$here/$module"/{go.mod,go.sum,main.go} | cksum | cut -d ' ' -f 1)"
		;;
	esac
}

# module NAME: the Go module of this folder that is built for NAME. One program
# has both stores of olareg.
module() { echo "${1%-dir}"; }

# running NAME: prints the pid of the registry, if the script start started it and it
# still runs. The pid may belong to another program by now: then it prints nothing.
running() {
	local pid
	[ -f "$state/$1/pid" ] || return 1
	pid=$(<"$state/$1/pid")
	kill -0 "$pid" 2>/dev/null || return 1
	[ ! -r "/proc/$pid/cmdline" ] || [ "$(tr '\0' '\n' <"/proc/$pid/cmdline" | head -n 1)" = "$(program "$1")" ] || return 1
	echo "$pid"
}

# answers PORT: succeeds if something on loopback answers GET /v2/ on this port.
answers() {
	(
		exec 3<>"/dev/tcp/127.0.0.1/$1"
		printf 'GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" >&3
		IFS= read -r -t 5 status <&3
		[[ $status == HTTP/* ]]
	) 2>/dev/null
}
