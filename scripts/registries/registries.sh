# shellcheck shell=bash
# What the scripts of this folder share: where registries are kept, and how each
# is installed. Sourced, not run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # for the scripts that source this
root=$(cd "$here/../.." && pwd)
cache=${ASSAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/assay}/registries
# What runs: a pid, a log and a configuration for each registry. The script run
# has a place of its own, so that two of them are not in each other's way.
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

# program NAME: the file that is NAME's program once it is installed. The name
# changes with the version, so that no old one is taken for a new one.
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

# running NAME: prints the pid of a registry that start started. A pid that has
# gone to another program since then is none.
running() {
	local pid
	[ -f "$state/$1/pid" ] || return 1
	pid=$(<"$state/$1/pid")
	kill -0 "$pid" 2>/dev/null || return 1
	[ ! -r "/proc/$pid/cmdline" ] || [ "$(tr '\0' '\n' <"/proc/$pid/cmdline" | head -n 1)" = "$(program "$1")" ] || return 1
	echo "$pid"
}

# answers PORT: something on loopback answers GET /v2/ there.
answers() {
	(
		exec 3<>"/dev/tcp/127.0.0.1/$1"
		printf 'GET /v2/ HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" >&3
		IFS= read -r -t 5 status <&3
		[[ $status == HTTP/* ]]
	) 2>/dev/null
}
