package repeat

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/wire"
)

// cleaning is the function that takes back what the script pushed, and the trap that
// calls it.
func (s *script) cleaning() string {
	lines := []string{"# Takes back what was pushed.", "clean() {"}
	if s.login != "" {
		lines = append(lines, "\tauth="+s.login)
	}
	for i, ex := range s.exchanges {
		if opens(ex) && len(s.learned[i]) > 0 && strings.HasPrefix(s.learned[i][0], "location") {
			lines = append(lines, fmt.Sprintf(`	discard "${%s:-}"`, s.variable("location", i)))
		}
	}
	for _, address := range s.pushed() {
		lines = append(lines, fmt.Sprintf("\tdiscard \"%s\"", address))
	}
	lines = append(lines, `	rm -rf "$work"`, "}", "trap clean EXIT", "trap 'exit 2' INT TERM", "")
	return fmt.Sprintf("all_scopes=\"%s\"\n", s.allScopes()) + strings.Join(lines, "\n")
}

// opens says whether the answer may have opened an upload.
func opens(ex *wire.Exchange) bool {
	switch ex.Endpoint {
	case wire.EndUploadStart, wire.EndUploadSingle, wire.EndMount:
		return ex.Status == http.StatusAccepted
	}
	return false
}

// pushed are the addresses of what the requests pushed: tags, then manifests, then blobs.
func (s *script) pushed() []string {
	var tags, manifests, blobs []string
	add := func(list *[]string, repository, kind, name string) {
		address := "$REGISTRY/v2/" + s.repository(repository) + "/" + kind + "/" + inQuotes(name)
		if name != "" && !isShared(name) && !slices.Contains(*list, address) {
			*list = append(*list, address)
		}
	}
	for _, ex := range s.exchanges {
		u := asked(ex)
		query := u.Query()
		switch ex.Endpoint {
		case wire.EndManifestPut:
			if d, err := digest.Parse(reference(u)); err == nil {
				add(&manifests, ex.Repository, "manifests", d.String())
			} else {
				add(&tags, ex.Repository, "manifests", reference(u))
				add(&manifests, ex.Repository, "manifests", ex.Request.Digest().String())
			}
			for _, tag := range query["tag"] {
				add(&tags, ex.Repository, "manifests", tag)
			}
		case wire.EndMount:
			if ex.Status == http.StatusCreated {
				add(&blobs, ex.Repository, "blobs", query.Get("mount"))
			}
		case wire.EndUploadSingle, wire.EndUploadPut:
			if ex.OK() {
				add(&blobs, ex.Repository, "blobs", query.Get("digest"))
			}
		}
	}
	return slices.Concat(tags, manifests, blobs)
}

// isShared says whether others may have the content, too: it is always the same.
func isShared(name string) bool {
	return name == ocispec.DescriptorEmptyJSON.Digest.String() || name == digest.FromBytes(nil).String()
}

// allScopes are the scopes for the deletes.
func (s *script) allScopes() string {
	if s.login != "Bearer" {
		return ""
	}
	var all []string
	for _, ex := range s.exchanges {
		if scope := "repository:" + s.repository(ex.Repository) + ":delete,pull,push"; ex.Repository != "" && !slices.Contains(all, scope) {
			all = append(all, scope)
		}
	}
	return strings.Join(all, " ")
}
