package wire_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/onsi/gomega"
)

// TestWalk follows Links; each page is a path with its body and the Link to the next.
func TestWalk(t *testing.T) {
	type page struct{ body, link string }
	for name, c := range map[string]struct {
		pages         map[string]page
		want          int
		broken, loops bool
	}{
		"one page":          {map[string]page{"": {`{"tags":["a"]}`, ""}}, 1, false, false},
		"two pages":         {map[string]page{"": {`{"tags":["a"]}`, "2"}, "2": {`{"tags":["b"]}`, ""}}, 2, false, false},
		"a page is missing": {map[string]page{"": {`{"tags":["a"]}`, "2"}}, 1, true, false},
		"to itself":         {map[string]page{"": {`{"tags":["a"]}`, "2"}, "2": {`{"tags":["b"]}`, "2"}}, 2, false, true},
		"to an earlier one": {map[string]page{
			"": {`{"tags":["a"]}`, "2"}, "2": {`{"tags":["b"]}`, "3"}, "3": {`{"tags":["c"]}`, "2"},
		}, 3, false, true},
		"the same content elsewhere": {map[string]page{
			"": {`{"manifests":[{}]}`, "2"}, "2": {`{"manifests":[{}]}`, "3"}, "3": {`{"manifests":[{}]}`, ""},
		}, 1, false, true},
		"several empty pages": {map[string]page{
			"": {`{"manifests":[]}`, "2"}, "2": {`{"manifests":[]}`, "3"}, "3": {`{"manifests":[{}]}`, ""},
		}, 3, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			s := serve(t, func(w http.ResponseWriter, req *http.Request) {
				p, found := c.pages[req.URL.Query().Get("page")]
				if !found {
					w.WriteHeader(http.StatusNotFound)
					return
				}
				if p.link != "" {
					w.Header().Set("Link", fmt.Sprintf(`<?page=%s#x>; rel="next"`, p.link))
				}
				_, _ = w.Write([]byte(p.body))
			})
			repo := connect(t, s.URL).Repository("a")
			walk := repo.Walk(t.Context(), repo.ListTags(t.Context()))
			g.Expect(walk.Pages).To(gomega.HaveLen(c.want))
			g.Expect(walk.Broken != nil).To(gomega.Equal(c.broken))
			g.Expect(walk.Repeating != nil).To(gomega.Equal(c.loops))
			if c.loops {
				g.Expect(walk.Repeating).To(gomega.Equal(walk.Pages[len(walk.Pages)-1]))
				g.Expect(walk.How).To(gomega.ContainSubstring("page="))
			}
		})
	}
}
