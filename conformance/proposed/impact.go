package proposed

import (
	"context"
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/internal/proposal"
)

// impact begins the ids of the requirements on images beside what a proposal attaches.
const impact = "impact"

// Impact is the specs of the workflow downlevel, with what one mechanism attaches.
type Impact struct {
	Way   *suite.Beside
	Specs []Planned
}

// Impacts returns, for each mechanism that leaves the image as it is, the given specs of
// the workflow downlevel. What the proposal changes on purpose is left out.
func (s *Set) Impacts(specs []spec.Spec, version requirements.Version) []Impact {
	changed := map[string]bool{}
	for _, c := range s.ZeroImpact.Changes {
		changed[c.Requirement] = true
	}
	var all []Impact
	for _, m := range s.Mechanisms {
		if moves(m) {
			continue
		}
		one := Impact{Way: s.way(m)}
		for _, each := range specs {
			res, ok := suite.Planned(each, version)
			if !ok || changed[res.Requirement] {
				continue
			}
			id := s.Full(impact) + "." + m.Name + "." + strings.TrimPrefix(res.Requirement, string(requirements.Downlevel)+".")
			res.Requirement, res.Proposal, res.Workflow = id, s.Name, s.Name
			res.Spec = fmt.Sprintf("%s, beside %s: %s", s.Title, m.Title, res.Spec)
			each.Labels = append(spec.Label(id, Label, s.Name, impact), each.Labels...)
			one.Specs = append(one.Specs, Planned{each, res})
		}
		all = append(all, one)
	}
	return all
}

// moves says whether the mechanism moves a tag of the image. The registry is asked about
// an image that stays; what tools do with one that is moved shows in the matrix.
func moves(m proposal.Mechanism) bool {
	if m.OnlyImages {
		return true
	}
	for _, p := range m.Attach {
		if p.Tag == "v1" || p.Tag == "stable" {
			return true
		}
	}
	return false
}

// way attaches the documents of a mechanism to any image.
func (s *Set) way(m proposal.Mechanism) *suite.Beside {
	return &suite.Beside{Title: m.Title, Attach: func(image fixtures.Manifest) []suite.Pushed {
		var names []string
		for _, p := range m.Attach {
			names = append(names, p.Push)
		}
		nonce := suite.Nonce()
		ctx := context.Background()
		made, err := s.Make(ctx, proposal.Base{Nonce: nonce, Image: image, Arm64: func() fixtures.Manifest { return fixtures.NewImage(nonce + " arm64") }}, names...)
		if err != nil {
			panic(err.Error()) // the check of the file has made them, too
		}
		var all []suite.Pushed
		there := map[digest.Digest]bool{image.Digest: true}
		var push func(name, reference string, m fixtures.Manifest)
		push = func(name, reference string, m fixtures.Manifest) {
			for i, child := range m.Children {
				if !there[child.Digest] {
					push(fmt.Sprintf("entry %d of %s", i+1, name), child.Digest.String(), child)
				}
			}
			there[m.Digest] = true
			all = append(all, suite.Pushed{Manifest: m, Title: name, Reference: reference})
		}
		for i, p := range m.Attach {
			document := made.Manifests[p.Push]
			reference := document.Digest.String()
			if p.Tag != "" {
				tag, err := s.Text(ctx, p.Tag, made.Env, nil)
				if err != nil || !strings.Contains(tag, image.Digest.Encoded()) && !strings.Contains(tag, nonce) {
					tag = fmt.Sprintf("assay-%s-%d", nonce, i) // nobody else's
				}
				reference = tag
			}
			push("the document "+p.Push, reference, document)
		}
		return all
	}}
}
