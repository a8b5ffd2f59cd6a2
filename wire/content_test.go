package wire_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/onsi/gomega"
)

// A blob that others have pushed, too, is deleted only where they do not lose it.
func TestBlobsAreTakenBackFromOneRepository(t *testing.T) {
	const unique = "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
	for name, test := range map[string]struct {
		oneStore bool // for all repositories
		digest   string
		others   bool
		deleted  bool
	}{
		"the empty blob":               {digest: sha, deleted: true},
		"the empty blob, in one store": {oneStore: true, digest: sha},
		"our own":                      {digest: unique, deleted: true},
		"our own, in one store":        {oneStore: true, digest: unique, deleted: true},
		"perhaps others'":              {digest: unique, others: true, deleted: true},
		"perhaps others' in one store": {oneStore: true, digest: unique, others: true},
	} {
		g := gomega.NewWithT(t)
		s := serve(t, func(w http.ResponseWriter, req *http.Request) {
			if !test.oneStore && !strings.HasPrefix(req.URL.Path, "/v2/a/blobs/") {
				w.WriteHeader(http.StatusNotFound)
			}
		})
		connect(t, s.URL).Repository("a").TakeBackBlob(t.Context(), test.digest, test.others)
		deleted := false
		for _, r := range s.Seen() {
			deleted = deleted || r.Method == http.MethodDelete
		}
		g.Expect(deleted).To(gomega.Equal(test.deleted), name)
	}
}
