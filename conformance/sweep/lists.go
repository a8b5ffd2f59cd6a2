package sweep

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	"assay/wire"
)

// The checks of lists and of numbers, each by what the request itself says.
var listChecks = []check{
	{
		requirement: require.DiscoveryTagsBody, title: "a list of tags names its repository",
		expected: "the name of the repository, and a list of tags", absent: noList, look: tagsBody, doubtful: true,
	},
	{
		requirement: require.DiscoveryTagsComplete, title: "a list of tags has each tag once",
		expected: "each tag once", absent: noList, look: tagsOnce, doubtful: true,
	},
	{
		requirement: require.DiscoveryTagsNCount, title: "a list of n tags has no more than n",
		expected: "no more tags than n", absent: noList, look: tagsCount, doubtful: true,
	},
	{
		requirement: require.DiscoveryTagsLast, title: "a list of tags after last begins behind it",
		expected: "a list without last", absent: noList, look: tagsAfter, doubtful: true,
	},
	{
		requirement: require.ReferencesListBody, title: "a list of referrers is an image index",
		expected: "schemaVersion 2, and no other media type than that of an image index", absent: noReferrers, look: referrersBody, doubtful: true,
	},
	{
		requirement: require.ReferencesListContentType, title: "a list of referrers has the Content-Type of an image index",
		expected: ocispec.MediaTypeImageIndex, absent: noReferrers, look: referrersType, doubtful: true,
	},
	{
		requirement: require.ReferencesListDuplicates, title: "a list of referrers has each referrer once",
		expected: "each digest once", absent: noReferrers, look: referrersOnce, doubtful: true,
	},
	{
		requirement: require.ReferencesFilterUnasked, title: "OCI-Filters-Applied comes only if a filter was requested",
		expected: "no OCI-Filters-Applied without artifactType in the request", absent: noReferrers, look: filterUnasked, doubtful: true,
	},
	{
		requirement: require.ReferencesFilterApplied, title: "a list of referrers with OCI-Filters-Applied has that artifactType alone",
		expected: "entries of the requested artifactType", absent: "no OCI-Filters-Applied came", look: filterApplied, doubtful: true,
	},
	{
		requirement: require.ReferencesSubjectNone, title: "OCI-Subject comes only if the manifest has a subject",
		expected: "no OCI-Subject", absent: "no OCI-Subject came", look: subjectNone, doubtful: true,
	},
	{
		requirement: require.ReferencesSubjectHeader, title: "OCI-Subject is the digest of the subject",
		expected: "the digest of the subject", absent: "no OCI-Subject came", look: subjectDigest, doubtful: true,
	},
	{
		requirement: require.PushManifestDigestValue, title: "the push of a manifest names no other digest",
		expected: "a digest of the manifest in Docker-Content-Digest", absent: "no push of a manifest returned a Docker-Content-Digest", look: pushDigest, doubtful: true,
	},
	{
		requirement: require.PushBlobChunkRange, title: "the Range of a chunk is from 0 to the chunk's last byte",
		expected: "the Range from 0 to the last byte of the Content-Range", absent: "no chunk returned a Range", look: chunkRange, doubtful: true,
	},
	{
		requirement: require.PullBlobRange, title: "a part of a blob is as long as its Content-Range says",
		expected: "a Content-Range of the bytes that came", absent: "no part of a blob came", look: partRange, doubtful: true,
	},
}

const (
	noList      = "the run listed no such tags"
	noReferrers = "the run listed no such referrers"
)

// tagsIn reads a list of tags; ok is false if it is none.
func tagsIn(ex *wire.Exchange) (name string, tags []string, ok bool) {
	var list struct {
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}
	if ex.Endpoint != wire.EndTags || ex.Method != http.MethodGet || ex.Status != http.StatusOK {
		return "", nil, false
	}
	ok = json.Unmarshal(ex.Body, &list) == nil
	return list.Name, list.Tags, ok
}

func tagsBody(ex *wire.Exchange) (bool, string) {
	if ex.Endpoint != wire.EndTags || ex.Method != http.MethodGet || ex.Status != http.StatusOK {
		return false, ""
	}
	name, _, ok := tagsIn(ex)
	switch {
	case !ok:
		return true, fmt.Sprintf("%.200s", ex.Body)
	case name != ex.Repository:
		return true, fmt.Sprintf("the name %q", name)
	}
	return true, ""
}

func tagsOnce(ex *wire.Exchange) (bool, string) {
	_, tags, ok := tagsIn(ex)
	return ok, repeated(tags)
}

// repeated is the first text that stands twice in a list.
func repeated(list []string) string {
	seen := map[string]bool{}
	for _, text := range list {
		if seen[text] {
			return text + " more than once"
		}
		seen[text] = true
	}
	return ""
}

func tagsCount(ex *wire.Exchange) (bool, string) {
	_, tags, ok := tagsIn(ex)
	n, err := strconv.Atoi(ex.URL.Query().Get("n"))
	if !ok || err != nil || n <= 0 {
		return false, ""
	}
	if len(tags) > n {
		return true, fmt.Sprintf("%d tags", len(tags))
	}
	return true, ""
}

func tagsAfter(ex *wire.Exchange) (bool, string) {
	_, tags, ok := tagsIn(ex)
	last := ex.URL.Query().Get("last")
	if !ok || last == "" {
		return false, ""
	}
	if slices.Contains(tags, last) {
		return true, "the tag " + last
	}
	return true, ""
}

// referrersIn reads a list of referrers; ok is false if it is none.
func referrersIn(ex *wire.Exchange) (index ocispec.Index, ok bool) {
	if ex.Endpoint != wire.EndReferrers || ex.Method != http.MethodGet || ex.Status != http.StatusOK {
		return index, false
	}
	return index, json.Unmarshal(ex.Body, &index) == nil
}

func referrersBody(ex *wire.Exchange) (bool, string) {
	if ex.Endpoint != wire.EndReferrers || ex.Method != http.MethodGet || ex.Status != http.StatusOK {
		return false, ""
	}
	index, ok := referrersIn(ex)
	if !ok || index.SchemaVersion != 2 || index.MediaType != "" && index.MediaType != ocispec.MediaTypeImageIndex {
		return true, fmt.Sprintf("%.200s", ex.Body)
	}
	return true, ""
}

func referrersType(ex *wire.Exchange) (bool, string) {
	_, ok := referrersIn(ex)
	if !ok || ex.MediaType() == ocispec.MediaTypeImageIndex {
		return ok, ""
	}
	return true, "Content-Type: " + ex.Header.Get("Content-Type")
}

func referrersOnce(ex *wire.Exchange) (bool, string) {
	index, ok := referrersIn(ex)
	var digests []string
	for _, d := range index.Manifests {
		digests = append(digests, d.Digest.String())
	}
	return ok, repeated(digests)
}

const filtersApplied = "OCI-Filters-Applied"

func filterUnasked(ex *wire.Exchange) (bool, string) {
	if _, ok := referrersIn(ex); !ok || ex.URL.Query().Has("artifactType") {
		return false, ""
	}
	if value := ex.Header.Get(filtersApplied); value != "" {
		return true, filtersApplied + ": " + value
	}
	return true, ""
}

func filterApplied(ex *wire.Exchange) (bool, string) {
	index, ok := referrersIn(ex)
	asked := ex.URL.Query()["artifactType"]
	if !ok || len(asked) != 1 || !strings.Contains(ex.Header.Get(filtersApplied), "artifactType") {
		return false, ""
	}
	for _, d := range index.Manifests {
		if d.ArtifactType != asked[0] {
			return true, fmt.Sprintf("an entry with the artifactType %q", d.ArtifactType)
		}
	}
	return true, ""
}

// subjects returns the digest of the subject of a manifest that was pushed, and the
// header about it. ok is false if there is no header.
func subjects(ex *wire.Exchange) (subject, header string, ok bool) {
	header = ex.Header.Get("OCI-Subject")
	if ex.Endpoint != wire.EndManifestPut || !ex.OK() || header == "" || ex.Request.Cut() {
		return "", "", false
	}
	var doc struct {
		Subject *ocispec.Descriptor `json:"subject"`
	}
	if json.Unmarshal(ex.Request.Body, &doc) != nil {
		return "", "", false
	}
	if doc.Subject != nil {
		subject = doc.Subject.Digest.String()
	}
	return subject, header, true
}

func subjectNone(ex *wire.Exchange) (bool, string) {
	subject, header, ok := subjects(ex)
	if ok && subject == "" {
		return true, "OCI-Subject: " + header
	}
	return ok, ""
}

func subjectDigest(ex *wire.Exchange) (bool, string) {
	subject, header, ok := subjects(ex)
	if !ok || subject == "" {
		return false, ""
	}
	if header != subject {
		return true, "OCI-Subject: " + header
	}
	return true, ""
}

// pushDigest judges that a push by digest returns that digest, and that a push by tag
// returns no other SHA-256 digest.
func pushDigest(ex *wire.Exchange) (bool, string) {
	value, own := ex.Header.Get("Docker-Content-Digest"), ex.Request.Digest()
	if ex.Endpoint != wire.EndManifestPut || !ex.OK() || value == "" || own == "" {
		return false, ""
	}
	algorithm, _, _ := strings.Cut(value, ":")
	d, byDigest := asked(ex)
	if byDigest && value != d.String() || !byDigest && algorithm == own.Algorithm().String() && value != own.String() {
		return true, "Docker-Content-Digest: " + value
	}
	return true, ""
}

func chunkRange(ex *wire.Exchange) (bool, string) {
	value := ex.Header.Get("Range")
	_, end, ok := strings.Cut(ex.Request.Header.Get("Content-Range"), "-")
	if !isChunk(ex) || ex.Status != http.StatusAccepted || value == "" || !ok {
		return false, ""
	}
	if value != "0-"+end {
		return true, "Range: " + value
	}
	return true, ""
}

var contentRange = regexp.MustCompile(`(?i)^bytes (\d+)-(\d+)/`)

func partRange(ex *wire.Exchange) (bool, string) {
	if ex.Endpoint != wire.EndBlob || ex.Method != http.MethodGet || ex.Status != http.StatusPartialContent || strings.HasPrefix(ex.MediaType(), "multipart/") {
		return false, ""
	}
	value := ex.Header.Get("Content-Range")
	parts := contentRange.FindStringSubmatch(value)
	if parts == nil {
		return true, fmt.Sprintf("Content-Range: %q", value)
	}
	first, _ := strconv.ParseInt(parts[1], 10, 64)
	last, _ := strconv.ParseInt(parts[2], 10, 64)
	if last-first+1 != ex.BodySize {
		return true, fmt.Sprintf("Content-Range: %s, and %d bytes", value, ex.BodySize)
	}
	return true, ""
}
