set -u
export REGISTRY="${REGISTRY:-localhost:5000}"
REPOSITORY=${REPOSITORY:-assay/repeat-$$}
export IMAGE="$REGISTRY/$REPOSITORY/hello" TARGET="$REGISTRY/$REPOSITORY/copy/hello"
STATE=$(mktemp -d)
WORK=$(mktemp -d)
OUT=$(mktemp -d)/out
export STATE WORK OUT
types='application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.artifact.manifest.v1+json, application/vnd.cncf.oras.artifact.manifest.v1+json'
again=yes

# broken TEXT: it could not be tried.
broken() { echo "it could not be tried: $*" >&2; exit 2; }

for program in assay curl; do
	command -v "$program" >"$STATE/found" || broken "$program is not on the PATH"
done

# ask ARGUMENTS OF CURL: sends a request, with the login.
ask() {
	if [ "${USERNAME:-}" ]; then set -- -u "$USERNAME:${PASSWORD:-}" "$@"; fi
	curl -sS -H "Accept: $types" "$@"
}

# put MECHANISM OPTIONS: pushes content to the source.
put() {
	mechanism=$1
	shift
	if [ "${USERNAME:-}" ]; then
		printf %s "${PASSWORD:-}" | assay put "$mechanism" "$scheme://$IMAGE" --username "$USERNAME" --password-stdin "$@"
	else
		assay put "$mechanism" "$scheme://$IMAGE" "$@"
	fi >"$STATE/put" 2>&1 || broken "assay put $mechanism: $(cat "$STATE/put")"
}

# tags REPOSITORY: its tags, a line for each.
tags() {
	ask "$scheme://$REGISTRY/v2/$1/tags/list" | tr -d ' \n' | sed -n 's/.*"tags":\[\([^]]*\)\].*/\1/p' | tr ',' '\n' | tr -d '"'
}

# named DIGEST: the digest, if it is one of the content.
named() {
	case " $known " in
	*" $1 "*) echo "$1" ;;
	*) echo another ;;
	esac
}

# state REPOSITORY: its tags, its manifests of the content, and their referrers.
state() {
	for tag in $(tags "$1"); do
		type=$(ask -o "$STATE/manifest" -w '%{content_type}' "$scheme://$REGISTRY/v2/$1/manifests/$tag")
		digest=sha256:$(sha256sum <"$STATE/manifest" | cut -d ' ' -f 1)
		echo "tag $tag $(named "$digest") ${type%%;*}"
	done
	for digest in $known; do
		if ask -f -o "$STATE/manifest" "$scheme://$REGISTRY/v2/$1/manifests/$digest" 2>"$STATE/error"; then echo "manifest $digest"; fi
	done
	for subject in $subjects; do
		ask -f "$scheme://$REGISTRY/v2/$1/referrers/$subject" 2>"$STATE/error" | tr ',{}' '\n\n\n' |
			sed -n 's/^ *"digest": *"\([^"]*\)".*/\1/p' | while read -r digest; do
			echo "referrer of $subject: $(named "$digest")"
		done
	done
}

# look NAME: writes the state of the source and of the target into files.
look() {
	state "$REPOSITORY/hello" | LC_ALL=C sort >"$STATE/source.$1"
	state "$REPOSITORY/copy/hello" | LC_ALL=C sort >"$STATE/target.$1"
}

before() { look before; }

# run: runs the tool, and keeps its output.
run() {
	tool >"$STATE/output" 2>&1
	code=$?
	cat "$STATE/output"
	{ tar tf "$OUT" || find "$OUT" -type f; } >"$STATE/files" 2>"$STATE/error"
}

after() {
	look after
	for place in source target; do
		echo "== the $place, before and after"
		diff "$STATE/$place.before" "$STATE/$place.after" && echo "no difference"
	done
}

other() { echo "not the same: $*"; again=no; }
fails() { if [ "$code" -eq 0 ]; then other "the tool did not fail"; fi; }
succeeds() { if [ "$code" -ne 0 ]; then other "the tool failed with exit code $code"; fi; }

# absent WORD: the word is not in the output, nor among the names of the files.
absent() {
	if cat "$STATE/output" "$STATE/files" | grep -qF -e "$1"; then other "$1 is there"; fi
}

# same PLACE <LINES: the place is in this state again.
same() {
	LC_ALL=C sort >"$STATE/expected"
	LC_ALL=C sort "$STATE/$1.after" | diff "$STATE/expected" - || other "the $1"
}

# clean: deletes what is there, and ends what runs.
clean() {
	for job in $(jobs -p); do kill "$job"; done
	if [ "${KEEP:-}" ]; then
		echo "the content is in $IMAGE and $TARGET"
	else
		for repository in "$REPOSITORY/hello" "$REPOSITORY/copy/hello"; do
			for name in $(tags "$repository") $known; do
				ask -o "$STATE/answer" -X DELETE "$scheme://$REGISTRY/v2/$repository/manifests/$name"
			done
		done
	fi
	rm -rf "$STATE" "$WORK" "${OUT%/out}"
}
trap clean EXIT
trap 'exit 2' INT TERM

verdict() {
	if [ "$again" = yes ]; then
		echo "the same happened again"
		exit 1
	fi
	echo "it did not happen again"
	exit 0
}
