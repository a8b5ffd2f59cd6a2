package spec

import (
	"context"
	"fmt"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
)

// Spec is a spec of the tree.
type Spec struct {
	// Text is its title with those of its containers before it.
	Text   string
	Labels []string
	// File and Line are where it stands.
	File string
	Line int

	path []int
}

// Run makes an instance of the spec and carries it out in this goroutine.
func (s Spec) Run(ctx context.Context) Ending { return instance(s.path).Run(ctx) }

// Select returns the specs that a Ginkgo label filter takes, in the order that the
// seed gives them. A mistake in the tree, such as an It without a requirement,
// ends the program with Ginkgo's words for it.
func Select(filter string, seed int64) ([]Spec, error) {
	building.lock.Lock()
	defer building.lock.Unlock()
	paths := map[string][]int{}
	var twice error
	build(&builder{each: func(path []int, text string) {
		if _, ok := paths[text]; ok {
			twice = fmt.Errorf("two specs are called %q: each needs a title of its own", text)
		}
		paths[text] = path
	}})
	if twice != nil {
		return nil, twice
	}
	suiteConfig, reporterConfig := ginkgo.GinkgoConfiguration()
	suiteConfig.LabelFilter, suiteConfig.RandomSeed, suiteConfig.RandomizeAllSpecs = filter, seed, true
	var chosen []Spec
	for _, report := range ginkgo.PreviewSpecs("Assay", suiteConfig, reporterConfig).SpecReports {
		if report.LeafNodeType != types.NodeTypeIt || report.State.Is(types.SpecStateSkipped) {
			continue
		}
		path, ok := paths[report.FullText()]
		if !ok {
			continue // another suite's, in a program that has one
		}
		chosen = append(chosen, Spec{
			Text: report.FullText(), Labels: report.Labels(), path: path,
			File: report.LeafNodeLocation.FileName, Line: report.LeafNodeLocation.LineNumber,
		})
	}
	return chosen, nil
}
