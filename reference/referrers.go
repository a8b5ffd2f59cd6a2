package reference

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	_ "crypto/sha256" // the algorithms of image-spec
	_ "crypto/sha512"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Referrers are kept here and not in the engine, which loses some when several
// are pushed at once, and all of a subject when a client pushes the same list
// under a fallback tag.

// referrer is one entry of a list.
type referrer = ocispec.Descriptor

// attach enters a manifest that has a subject.
func (s *shelf) attach(d, contentType string, body []byte) {
	var m struct {
		MediaType    string              `json:"mediaType"`
		ArtifactType string              `json:"artifactType"`
		Config       *ocispec.Descriptor `json:"config"`
		Subject      *ocispec.Descriptor `json:"subject"`
		Annotations  map[string]string   `json:"annotations"`
	}
	if json.Unmarshal(body, &m) != nil || m.Subject == nil || m.Subject.Digest == "" {
		return
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		mediaType = m.MediaType
	}
	entry := referrer{
		MediaType: mediaType, Digest: digest.Digest(d), Size: int64(len(body)),
		ArtifactType: m.ArtifactType, Annotations: m.Annotations,
	}
	if entry.ArtifactType == "" && m.Config != nil {
		entry.ArtifactType = m.Config.MediaType
	}
	list := s.referrers[m.Subject.Digest.String()]
	if !slices.ContainsFunc(list, func(r referrer) bool { return r.Digest == entry.Digest }) {
		s.referrers[m.Subject.Digest.String()] = append(list, entry)
	}
}

// detach takes a manifest out of the list that it is in.
func (s *shelf) detach(d string) {
	for subject, list := range s.referrers {
		s.referrers[subject] = slices.DeleteFunc(slices.Clone(list), func(r referrer) bool { return r.Digest.String() == d })
	}
}

// listReferrers answers the referrers API and names the subject of a push
// (distribution-spec, "Listing Referrers" and "Pushing Manifests with
// Subject").
func listReferrers(next http.Handler, l *ledger, opts Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := routeOf(req)
		switch {
		case opts.DisableReferrers && r.kind == kindReferrers:
			refuse(w, http.StatusNotFound, "UNSUPPORTED", "there is no referrers API")
		case r.kind == kindReferrers && req.Method != http.MethodGet && req.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, http.StatusMethodNotAllowed, "UNSUPPORTED", "referrers can only be listed")
		case r.kind == kindReferrers:
			serveReferrers(w, req, r, l, opts.ReferrersPage)
		case !opts.DisableReferrers && r.kind == kindManifest && req.Method == http.MethodPut:
			answer := &recorder{header: http.Header{}}
			next.ServeHTTP(answer, req)
			if subject := l.subjectOf(r.repo, answer.header.Get("Docker-Content-Digest")); answer.status == http.StatusCreated && subject != "" {
				answer.header.Set("OCI-Subject", subject)
			}
			answer.copyTo(w)
		default:
			next.ServeHTTP(w, req)
		}
	})
}

func serveReferrers(w http.ResponseWriter, req *http.Request, r route, l *ledger, page int) {
	if digest.Digest(r.name).Validate() != nil {
		refuse(w, http.StatusBadRequest, "DIGEST_INVALID", "the digest is malformed")
		return
	}
	var list []referrer
	l.with(r.repo, func(s *shelf) { list = slices.Clone(s.referrers[r.name]) })
	query := req.URL.Query()
	if t := query.Get("artifactType"); t != "" {
		list = slices.DeleteFunc(list, func(d referrer) bool { return d.ArtifactType != t })
		w.Header().Set("OCI-Filters-Applied", "artifactType")
	}
	if start, err := strconv.Atoi(query.Get("start")); err == nil && start > 0 {
		list = list[min(start, len(list)):]
	}
	if page > 0 && len(list) > page {
		start, _ := strconv.Atoi(query.Get("start"))
		query.Set("start", strconv.Itoa(start+page))
		next := url.URL{Path: req.URL.Path, RawQuery: query.Encode()}
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next.String()))
		list = list[:page]
	}
	index := ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, Manifests: list}
	if index.Manifests == nil {
		index.Manifests = []referrer{}
	}
	body, _ := json.Marshal(index)
	w.Header().Set("Content-Type", ocispec.MediaTypeImageIndex)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if req.Method == http.MethodGet {
		_, _ = w.Write(body)
	}
}

// subjectOf is the subject of a manifest; empty when it has none.
func (l *ledger) subjectOf(repo, d string) (subject string) {
	l.with(repo, func(s *shelf) {
		for candidate, list := range s.referrers {
			if slices.ContainsFunc(list, func(r referrer) bool { return r.Digest.String() == d }) {
				subject = candidate
			}
		}
	})
	return subject
}
