# What the scripts of this folder share: where registries are kept, and how each
# is installed and started. Sourced, not run.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${ASSAY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/assay}/registries
names="distribution docker-registry ggcr ocimem"

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

# binary NAME: where its program is.
binary() {
	if [ "$1" = docker-registry ]; then
		command -v docker-registry || true
	else
		echo "$cache/$1"
	fi
}

install_one() {
	mkdir -p "$cache"
	[ -x "$(binary "$1")" ] && return
	echo "installing $1"
	case $1 in
	distribution)
		# Built under the name of its folder, then given ours.
		GOBIN=$cache/build go install github.com/distribution/distribution/v3/cmd/registry@v3.1.2
		mv "$cache/build/registry" "$cache/distribution"
		;;
	docker-registry)
		[ "$(id -u)" = 0 ] || die "docker-registry is a Debian package: install it as root"
		# The package would start a service; this keeps it from doing so.
		apt-get update -qq
		RUNLEVEL=1 apt-get install -y -qq --no-install-recommends docker-registry >/dev/null
		;;
	*) (cd "$here/$1" && go build -o "$cache/$1" .) ;;
	esac
}
