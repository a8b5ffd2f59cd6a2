package reference

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// referrersLimit is the size limit, in bytes, of the descriptors in one answer. Clients
// accept manifests of up to 4 MiB.
const referrersLimit = 4<<20 - 1<<10

// listReferrers answers distribution-spec, "Listing Referrers". The engine's lists are
// not used, because they have defects. The engine stores its lists as indexes among the
// other manifests, so that a client's own index of the same bytes replaces them. It
// loses entries when two referrers are pushed at once, or when only a tag is deleted.
// And it does not say that it filtered when it answers from its cache.
//
// The list is empty when a repository has no referrers or does not exist: the section
// allows no 404.
func (r *Registry) listReferrers(w http.ResponseWriter, req *http.Request, at route) {
	if err := digest.Digest(at.name).Validate(); err != nil && !errors.Is(err, digest.ErrDigestUnsupported) {
		refuse(w, http.StatusBadRequest, digestInvalid, "the digest is malformed")
		return
	}
	query := req.URL.Query()
	after, err := strconv.Atoi(query.Get("after")) // only our own links have this parameter
	if err != nil && query.Has("after") {
		refuse(w, http.StatusBadRequest, unsupported, "there is no such page")
		return
	}
	found := r.repository(at.repo).referrers(at.name)
	found = slices.DeleteFunc(found, func(f referrer) bool { return f.push <= after })
	if wanted := query.Get("artifactType"); wanted != "" {
		found = slices.DeleteFunc(found, func(f referrer) bool { return f.ArtifactType != wanted })
		w.Header().Set("OCI-Filters-Applied", "artifactType")
	}
	list := ocispec.Index{
		Versioned: specs.Versioned{SchemaVersion: 2},
		MediaType: ocispec.MediaTypeImageIndex,
		Manifests: []ocispec.Descriptor{},
	}
	size := 0
	for i, f := range found {
		entry, _ := json.Marshal(f.Descriptor) // the descriptor was decoded from JSON
		size += len(entry) + 1
		if i > 0 && (i == r.opts.ReferrersPage || size > referrersLimit) {
			query.Set("after", strconv.Itoa(found[i-1].push))
			linkNext(w, req, query)
			break
		}
		list.Manifests = append(list.Manifests, f.Descriptor)
	}
	sendJSON(w, ocispec.MediaTypeImageIndex, list)
}

// referrer is an entry of a list, with its place in the order of pushes.
type referrer struct {
	ocispec.Descriptor
	push int
}

// referrers lists the manifests with this subject, in the order of their pushes.
func (repo *repository) referrers(subject string) []referrer {
	repo.mu.Lock()
	defer repo.mu.Unlock()
	var found []referrer
	for d, m := range repo.manifests {
		if m.subject == subject {
			found = append(found, referrer{ocispec.Descriptor{
				MediaType: m.mediaType, Digest: digest.Digest(d), Size: m.size,
				ArtifactType: m.artifactType, Annotations: m.annotations,
			}, m.push})
		}
	}
	slices.SortFunc(found, func(a, b referrer) int { return cmp.Compare(a.push, b.push) })
	return found
}
