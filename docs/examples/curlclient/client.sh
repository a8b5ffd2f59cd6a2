#!/bin/sh
# A client that pulls and pushes images with curl.
set -eu
api=http://$ASSAY_REGISTRY/v2/$ASSAY_REPOSITORY
types='application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json'
ask() { curl -fsSL --max-filesize 10000000 ${ASSAY_USERNAME:+-u "$ASSAY_USERNAME:$ASSAY_PASSWORD"} "$@"; }
digests() { grep -o '"sha256:[0-9a-f]*"' "$1" | tr -d '"' | sort -u; }
check() { echo "${1#sha256:}  $2" | sha256sum -c - >&2; }
case $ASSAY_VERB in
pull)
	ask -H "Accept: $types" -o manifest "$api/manifests/$ASSAY_REFERENCE"
	case $ASSAY_REFERENCE in sha256:*) check "$ASSAY_REFERENCE" manifest ;; esac
	for digest in $(digests manifest); do
		ask -o blob "$api/blobs/$digest"
		check "$digest" blob
	done ;;
push)
	cd "$ASSAY_LAYOUT/blobs/sha256"
	manifest=$(digests ../../index.json | sed s/sha256://)
	grep -q '"layers"' "$manifest" || exit 64 # an index
	for digest in $(digests "$manifest"); do
		[ -f "${digest#sha256:}" ] || continue # the subject
		location=$(ask -X POST -D - -o answer "$api/blobs/uploads/" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
		case $location in http*) ;; *) location=http://$ASSAY_REGISTRY$location ;; esac
		case $location in *\?*) location="$location&" ;; *) location="$location?" ;; esac
		ask -T "${digest#sha256:}" -H 'Content-Type: application/octet-stream' "${location}digest=$digest"
	done
	ask -T "$manifest" -H "Content-Type: ${types%%,*}" "$api/manifests/$ASSAY_REFERENCE" ;;
*) exit 64 ;;
esac
