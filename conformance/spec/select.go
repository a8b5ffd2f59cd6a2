package spec

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/onsi/ginkgo/v2/types"
)

// Spec is a spec of the tree.
type Spec struct {
	// Text is the titles of its containers and its own title.
	Text string
	// Labels are its own labels, those of its containers, and those of the rule.
	Labels []string
	// File and Line are its place in the code.
	File string
	Line int

	path []int
	body func(context.Context) // of a spec that is not in the tree
}

// Made returns a spec that is not in the tree, such as one that a file describes. file
// and line are its place.
func Made(text string, labels Labels, file string, line int, body func(context.Context)) Spec {
	return Spec{Text: text, Labels: labels, File: file, Line: line, body: body}
}

// Run makes an instance of the spec and runs it in this goroutine.
func (s Spec) Run(ctx context.Context) Ending {
	if s.body != nil {
		return (&Instance{run: s.body}).Run(ctx)
	}
	return instance(s.path).Run(ctx)
}

// Rule checks the arguments of a spec that are neither labels nor the body. It returns
// labels for the spec, or an error.
type Rule func(text string, args []any) (Labels, error)

// Tree returns every spec, in the order of the tree. An error names the specs that
// break the rule, or that have the same title as another spec.
func Tree(rule Rule) ([]Spec, error) {
	var (
		specs  []Spec
		wrong  []string
		titles = map[string]bool{}
	)
	build(&builder{each: func(in []level, at int, n node) {
		s := Spec{File: n.file, Line: n.line}
		var words []string
		for _, l := range in {
			s.path, words, s.Labels = append(s.path, l.at), append(words, l.text), append(s.Labels, l.labels...)
		}
		s.path, s.Text = append(s.path, at), strings.Join(append(words, n.text), " ")
		body, own, rest := n.parts()
		given, err := rule(n.text, rest)
		s.Labels = slices.Concat(s.Labels, own, given)
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Sprintf("%s:%d: %v", n.file, n.line, err))
		case body == nil:
			wrong = append(wrong, fmt.Sprintf("%s:%d: the spec %q has no func() and no func(SpecContext)", n.file, n.line, n.text))
		case titles[s.Text]:
			wrong = append(wrong, fmt.Sprintf("%s:%d: another spec is called %q, too: each needs a title of its own", n.file, n.line, s.Text))
		}
		titles[s.Text] = true
		specs = append(specs, s)
	}})
	if len(wrong) > 0 {
		return nil, fmt.Errorf("the tree of specs is wrong:\n%s", strings.Join(wrong, "\n"))
	}
	return specs, nil
}

// Select returns the specs that a Ginkgo label filter selects, in the order of the
// seed. It returns an error if the filter cannot be read.
func Select(specs []Spec, filter string, seed int64) ([]Spec, error) {
	takes, err := types.ParseLabelFilter(filter)
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(slices.Clone(specs), func(s Spec) bool { return !takes(s.Labels) })
	random := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // a negative seed is as good as another
	random.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen, nil
}
