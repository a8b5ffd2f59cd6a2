# send N METHOD URL [FLAGS OF CURL]...: sends a request, and keeps its answer in
# $work/N.head and $work/N.body. $auth and $scopes say how it logs in.
send() {
	n=$1 method=$2 url=$3
	shift 3
	: >"$work/$n.head"
	: >"$work/$n.body"
	rm -f "$work/$n.broken"
	echo "000 $url" >"$work/$n.end"
	if [ -z "$url" ]; then
		echo "$n. $method: not sent, because an answer before has no address for it"
		return
	fi
	case $method in
	HEAD) set -- -I "$@" ;;
	*) set -- -X "$method" -H 'Expect:' "$@" ;;
	esac
	login=$auth
	case $url in
	"$REGISTRY"/*) ;;
	*) login= ;; # the registry's login is not for another host
	esac
	case $login in
	Basic) set -- -K "$work/login" "$@" ;;
	Bearer) set -- -H "Authorization: Bearer $(token)" "$@" ;;
	esac
	$CURL -sS -g --path-as-is --max-time 60 -D "$work/$n.head" -o "$work/$n.body" \
		-w '%{http_code} %{url_effective}\n' "$@" "$url" >"$work/$n.end" 2>"$work/$n.error" ||
		: >"$work/$n.broken"
	if [ "$method" = HEAD ]; then : >"$work/$n.body"; fi # curl writes the headers there
	echo "$n. $method $url: $(status "$n")"
}

# status N: prints the status of an answer; 000 if there is none.
status() {
	read -r code rest <"$work/$1.end"
	echo "$code"
}

# address N: prints the address that answered; nothing if the request was not sent.
address() {
	read -r code rest <"$work/$1.end"
	echo "$rest"
}

# header N NAME: prints the values of a header, one a line. After redirects only the last
# answer counts.
header() {
	awk -v name="$2" '
		{ sub(/\r$/, "") }
		/^HTTP\// { n = 0; next }
		{
			i = index($0, ":")
			if (!i || tolower(substr($0, 1, i - 1)) != tolower(name)) next
			v = substr($0, i + 1)
			gsub(/^[ \t]+|[ \t]+$/, "", v)
			value[++n] = v
		}
		END { for (i = 1; i <= n; i++) print value[i] }' "$work/$1.head"
}

# first N NAME: prints the first value of a header.
first() { header "$1" "$2" | sed 1q; }

# location N: prints the Location of an answer, as a whole URL.
location() { resolve "$(first "$1" Location)" "$(address "$1")"; }

# next_page N: prints the address of the next page of a list.
next_page() {
	resolve "$(header "$1" Link | sed -n 's/.*<\([^>]*\)>[^<]*[rR][eE][lL] *= *"*[nN][eE][xX][tT].*/\1/p' | sed 1q)" "$(address "$1")"
}

# resolve REFERENCE URL: prints the reference as a whole URL.
resolve() {
	page=${2%%\?*}
	rest=${page#*://}
	case $1 in
	'') ;;
	[hH][tT][tT][pP]://* | [hH][tT][tT][pP][sS]://*) echo "${1%%#*}" ;;
	//*) echo "${page%%:*}:${1%%#*}" ;;
	/*) echo "${page%%://*}://${rest%%/*}${1%%#*}" ;;
	\?*) echo "$page${1%%#*}" ;;
	*) echo "${page%/*}/${1%%#*}" ;;
	esac
}

# with URL QUERY: prints the URL with a further part of its query; nothing without a URL.
with() {
	case $1 in
	'') ;;
	*\?*) echo "$1&$2" ;;
	*) echo "$1?$2" ;;
	esac
}

# session URL: prints the last part of the path, which names an upload.
session() {
	path=${1%%\?*}
	echo "${path##*/}"
}

# token: prints the bearer token for $scopes. It is $TOKEN, if that is set.
token() {
	if [ -n "${TOKEN:-}" ]; then
		printf %s "$TOKEN"
		return
	fi
	challenge=$($CURL -sS -o /dev/null -D - "$REGISTRY/v2/" | tr -d '\r' | sed -n 's/^[wW][wW][wW]-[aA]uthenticate: *[bB]earer *//p')
	set -- -G --data-urlencode "service=$(echo "$challenge" | sed -n 's/.*service="\([^"]*\)".*/\1/p')"
	for scope in $scopes; do set -- "$@" --data-urlencode "scope=$scope"; done
	if [ -n "$ASSAY_USERNAME" ]; then set -- "$@" -K "$work/login"; fi
	$CURL -sS "$@" "$(echo "$challenge" | sed -n 's/.*realm="\([^"]*\)".*/\1/p')" |
		sed -n 's/.*"\(access_\)\{0,1\}token" *: *"\([^"]*\)".*/\2/p'
}

# digest FILE [sha512]: prints the digest of a file.
digest() {
	sum=${2:-sha256}
	if command -v "${sum}sum" >/dev/null; then
		echo "$sum:$("${sum}sum" <"$1" | cut -d ' ' -f 1)"
	else
		echo "$sum:$(openssl dgst "-$sum" <"$1" | sed 's/.* //')"
	fi
}

# answered N: an answer came, and it came whole.
answered() { [ ! -e "$work/$1.broken" ]; }

# status_is N PATTERN...: the status is one of these, such as 201 or 4??.
status_is() {
	answered "$1" || return 1
	got=$(status "$1")
	shift
	for pattern in "$@"; do
		# shellcheck disable=SC2254 # a pattern
		case $got in $pattern) return 0 ;; esac
	done
	return 1
}

# status_is_not N PATTERN...: an answer came, and its status is none of these.
status_is_not() { answered "$1" && ! status_is "$@"; }

# has_header N NAME: the header is there, and not empty.
has_header() { answered "$1" && [ -n "$(header "$1" "$2")" ]; }

# has_no_header N NAME
has_no_header() { answered "$1" && [ "$(header "$1" "$2" | wc -l)" -eq 0 ]; }

# has_header_on_any_hop N NAME: the header is in the answer, or in a redirect before.
has_header_on_any_hop() { grep -qi "^$2: *[^ ]" "$work/$1.head"; }

# header_is N NAME VALUE
header_is() { answered "$1" && [ "$(first "$1" "$2")" = "$3" ]; }

# has_location N: the Location is a URL.
has_location() { answered "$1" && [ -n "$(location "$1")" ]; }

# other_location N M: the Location is not that of another answer.
other_location() { [ "$(location "$1")" != "$(location "$2")" ]; }

# type_is N MEDIATYPE: the Content-Type, without its parameters.
type_is() {
	answered "$1" && [ "$(first "$1" Content-Type | sed 's/ *;.*//' | tr '[:upper:]' '[:lower:]')" = "$2" ]
}

# body_is N DIGEST
body_is() { answered "$1" && [ "$(digest "$work/$1.body" "${2%%:*}")" = "$2" ]; }

# digest_is N DIGEST...: the Docker-Content-Digest is one of these, or there is none.
digest_is() {
	answered "$1" || return 1
	got=$(first "$1" Docker-Content-Digest)
	shift
	case " $* " in *" $got "*) ;; *) [ -z "$got" ] ;; esac
}

# mentions N WORD: the answer is a success, and its body has the word.
mentions() { status_is "$1" '2??' && grep -qF -e "$2" "$work/$1.body"; }

# omits N WORD: the answer is a success, and its body does not have the word.
omits() { status_is "$1" '2??' && ! grep -qF -e "$2" "$work/$1.body"; }

# answer N HEADER...: prints what counts in an answer: its status, these headers without
# the names that change each time, and its body, or the codes of its errors. If $words has
# words, only these count in the body. If $kind is set, the order of its entries does not count.
answer() {
	n=$1
	shift
	echo "status $(status "$n")"
	for name in "$@"; do
		header "$n" "$name" | sed -E "s/^/$name: /
			s/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/UUID/g
			/sha(256|512):/! s/[0-9]{6,}/NUMBER/g
			s/=[0-9]+/=NUMBER/g
			s|https?://[^/]*||g"
	done
	case $(status "$n") in
	2?? | 000)
		if [ "$kind" = parts ]; then
			: # what is between the parts changes each time
		elif [ "$kind" = set ]; then
			tr '{}' '\n\n' <"$work/$n.body" | sed 's/^[, ]*//; s/[, ]*$//' | sort
		elif [ -n "$words" ]; then
			grep -oFw "$words" "$work/$n.body"
		else
			cat "$work/$n.digest" 2>/dev/null || digest "$work/$n.body"
		fi
		;;
	*)
		header "$n" Content-Type
		grep -oE '"code" *: *[^,}]*' "$work/$n.body" || head -c 200 "$work/$n.body"
		;;
	esac
}

# same N M [HEADER]...: two answers are the same.
same() {
	n=$1 m=$2
	shift 2
	[ "$(answer "$n" "$@")" = "$(answer "$m" "$@")" ]
}

# discard URL: deletes what was pushed. It does not matter whether it is there.
discard() {
	[ -n "$1" ] || return 0
	scopes="$all_scopes"
	send discarded DELETE "$1" >/dev/null
}
