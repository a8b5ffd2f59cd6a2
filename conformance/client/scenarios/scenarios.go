// Package scenarios has the states of a registry in which clients are judged: one for
// each state for which the specification gives clients a rule, and some that have hurt
// people.
package scenarios

import (
	"net/http"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/conformance/client/stage"
	"assay/fixtures"
	"assay/reference/faults/behaviour"
)

// Short names for what scenarios are written with.
type (
	scenario   = stage.Scenario
	content    = stage.Content
	middleware = behaviour.Middleware
)

var all []*stage.Scenario

// add adds a scenario to the list.
func add(s scenario) *stage.Scenario {
	all = append(all, &s)
	return &s
}

// verbs are in the order of reports.
var verbs = []stage.Verb{stage.Pull, stage.Push, stage.Copy, stage.Tags, stage.Referrers, stage.Attach, stage.Delete}

// init sorts the list by verb, and gives each scenario its control.
func init() {
	slices.SortStableFunc(all, func(a, b *stage.Scenario) int {
		return slices.Index(verbs, a.Verb()) - slices.Index(verbs, b.Verb())
	})
	for _, s := range all {
		if s.Shows != "" {
			continue
		}
		i := slices.IndexFunc(all, func(o *stage.Scenario) bool { return o.Shows != "" && o.Verb() == s.Verb() })
		s.Control = all[i]
	}
}

// List has every scenario, in the order of reports.
func List() []*stage.Scenario { return slices.Clone(all) }

// Get returns the scenario with this name; false if there is none.
func Get(name string) (*stage.Scenario, bool) {
	i := slices.IndexFunc(all, func(s *stage.Scenario) bool { return s.Name == name })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// The steps of most scenarios.
var (
	pull         = []stage.Step{{Verb: stage.Pull}}
	pullByDigest = []stage.Step{{Verb: stage.Pull, Reference: imageDigest}}
	push         = []stage.Step{{Verb: stage.Push}}
	copies       = []stage.Step{{Verb: stage.Copy}}
	tags         = []stage.Step{{Verb: stage.Tags}}
	attach       = []stage.Step{{Verb: stage.Attach, Reference: imageDigest}}
	referrers    = []stage.Step{{Verb: stage.Referrers, Reference: imageDigest}}
	// The first referrer of a list is of this type.
	referrersOfType = []stage.Step{{Verb: stage.Referrers, Reference: imageDigest, ArtifactType: "application/vnd.example.sbom"}}
	deletes         = []stage.Step{{Verb: stage.Delete, Reference: firstReferrer}}
)

func imageDigest(c content) string { return c.Image.Digest.String() }

func firstReferrer(c content) string { return c.Referrers[0].Digest.String() }

func does(parts ...middleware) []middleware { return parts }

// below serves the paths that begin with prefix by another handler, which sees them without
// the prefix.
func below(prefix string, moved, usual http.Handler) http.Handler {
	moved = http.StripPrefix(prefix, moved)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, prefix+"/") {
			moved.ServeHTTP(w, req)
			return
		}
		usual.ServeHTTP(w, req)
	})
}

// onLayer changes the answers to GET of the last layer.
func onLayer(changes ...behaviour.Change) func(content) middleware {
	return func(c content) middleware { return behaviour.OnAnswer(layerOf(c), behaviour.OK(changes...)) }
}

// layerOf matches GET of the last layer of the image.
func layerOf(c content) behaviour.When { return behaviour.GetBlob.And(named(Layer(c).Digest.String())) }

// Layer is the last layer of the image.
func Layer(c content) fixtures.Blob { return c.Image.Blobs[len(c.Image.Blobs)-1] }

// named matches requests for a tag or a digest.
func named(name string) behaviour.When {
	return func(req *http.Request) bool { return behaviour.PlaceOf(req).Name == name }
}

// OtherDigest is a digest of content that no registry has.
var OtherDigest = digest.FromString("no registry has this").String()

// ReferrersTag is the tag with the list of referrers (distribution-spec, "Referrers Tag
// Schema").
func ReferrersTag(subject digest.Digest) string {
	encoded := subject.Encoded()
	return subject.Algorithm().String() + "-" + encoded[:min(len(encoded), 64)]
}

// artifact makes an artifact with the image as its subject.
func artifact(w *stage.World, name, artifactType string) fixtures.Manifest {
	return fixtures.NewArtifact(w.Nonce+" "+name, artifactType, fixtures.WithSubject(w.Image.Descriptor()),
		fixtures.WithAnnotations(map[string]string{"org.example.name": name}))
}

// holdReferrers puts artifacts of the image into the registry.
func holdReferrers(w *stage.World, names ...string) {
	w.Hold(w.Image, stage.MainTag)
	for _, name := range names {
		w.Hold(artifact(w, name, "application/vnd.example."+strings.ToLower(name)), "")
	}
}

// holdList puts the list of all referrers under the referrers tag.
func holdList(w *stage.World) {
	w.Hold(listOf(w.Nonce, w.Referrers...), ReferrersTag(w.Image.Digest))
}

func listOf(nonce string, referrers ...fixtures.Manifest) fixtures.Manifest {
	return fixtures.NewIndex(nonce+" list", nil).Edit(func(doc map[string]any) {
		list := []any{}
		for _, m := range referrers {
			list = append(list, m.Referrer())
		}
		doc["manifests"] = list
		delete(doc, "annotations")
	})
}
