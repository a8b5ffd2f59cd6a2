package judge

import (
	"context"
	"slices"
	"strings"

	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

// Which chooses exchanges.
type Which func(*traffic.Exchange) bool

// Find returns the first exchange that one of the functions chooses; nil if there is none.
func Find(p *stage.Played, which Which) *traffic.Exchange {
	if i := slices.IndexFunc(p.All, which); i >= 0 {
		return p.All[i]
	}
	return nil
}

// All returns the exchanges that the function chooses.
func All(p *stage.Played, which Which) []*traffic.Exchange {
	return slices.DeleteFunc(slices.Clone(p.All), func(ex *traffic.Exchange) bool { return !which(ex) })
}

// Of chooses requests of these methods for this kind of path.
func Of(methods string, kind behaviour.Kind) Which {
	return func(ex *traffic.Exchange) bool { return ex.Is(methods, kind) }
}

// Named chooses, of those, the requests for a tag, a digest or a session.
func Named(methods string, kind behaviour.Kind, name string) Which {
	return func(ex *traffic.Exchange) bool { return ex.Is(methods, kind) && ex.Name == name }
}

// Succeeds judges that every step is done. It ends the spec with a finding otherwise.
func Succeeds(ctx context.Context, s *stage.Scenario) *stage.Played {
	p := Play(ctx, s)
	for i, step := range p.Steps {
		if !step.Done() {
			NotKept(p, failing(p, i), "exit 0: "+string(step.Job.Verb)+" is done", "exit %d", step.Exit)
		}
	}
	return p
}

// MustSucceed is Succeeds for a spec that judges something else: the spec is blocked by
// the requirement otherwise.
func MustSucceed(ctx context.Context, s *stage.Scenario, by require.ID) *stage.Played {
	p := Play(ctx, s)
	for i, step := range p.Steps {
		if !step.Done() {
			Blocked(by, failing(p, i), "%s failed, while the registry %s: exit %d", step.Job.Verb, s.Does, step.Exit)
		}
	}
	return p
}

// Rejects judges that the client got what is wrong, and failed. Got is the exchange in
// which it got that.
func Rejects(ctx context.Context, s *stage.Scenario, got Which, what string) *stage.Played {
	p := Play(ctx, s)
	ex := Find(p, got)
	if ex == nil {
		if p.Steps[0].Done() {
			Unsupported("the client did not ask for %s", what)
		}
		Blocked("", Last(p), "the client failed before it got %s", what)
	}
	if step := p.Steps[len(p.Steps)-1]; step.Done() {
		NotKept(p, ex, "a failure of the client, which got "+what, "exit 0")
	}
	return p
}

// failing is the exchange that shows best why a step failed: its last refusal, or its
// last exchange.
func failing(p *stage.Played, step int) *traffic.Exchange {
	own := p.Of(step)
	for _, ex := range slices.Backward(own) {
		if ex.Status >= 400 && ex.Status != 404 && ex.Status != 401 || ex.Broken {
			return ex
		}
	}
	return last(p, step)
}

// EveryRequest judges a rule on every request of the run.
func EveryRequest(ctx context.Context, id require.ID) {
	rule, ok := traffic.For(id)
	if !ok {
		panic("judge: there is no rule for " + string(id))
	}
	about := 0
	for _, p := range Everything(ctx) {
		n, found := rule.Look(p.Traffic())
		about += n
		if found != nil {
			recordOf(ctx).add(p)
			broken(p, found.Exchange, rule.Expected, "%s", found.Received)
		}
	}
	if about == 0 {
		Unsupported("%s", rule.Absent)
	}
}

// Lists judges that the output of a step has exactly these lines, or mentions all of
// them, in any order.
func Lists(p *stage.Played, step int, what string, want []string) {
	taken := p.Steps[step]
	got := lines(taken.Stdout)
	for _, one := range want {
		there := slices.Contains(got, one)
		if taken.Loose {
			there = mentions(taken.Stdout, one)
		}
		if !there {
			NotKept(p, last(p, step), what+": "+strings.Join(want, " "), "%s", shown(got))
		}
	}
	if taken.Loose {
		return
	}
	for i, one := range got {
		if !slices.Contains(want, one) || slices.Contains(got[:i], one) {
			NotKept(p, last(p, step), what+": "+strings.Join(want, " "), "%s", shown(got))
		}
	}
}

func lines(text string) []string {
	var all []string
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// mentions says whether the text has the word, with no letter or digit beside it.
func mentions(text, word string) bool {
	isWord := func(c byte) bool {
		return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
	}
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(word)
		if (i == 0 || !isWord(text[i-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
		from = i + 1
	}
}

func shown(got []string) string {
	const most = 20
	if len(got) == 0 {
		return "nothing"
	}
	if len(got) > most {
		return strings.Join(got[:most], " ") + " …"
	}
	return strings.Join(got, " ")
}

// Expected ends the spec as broken unless the condition holds.
func Expected(p *stage.Played, holds bool, ex *traffic.Exchange, expected, format string, args ...any) {
	if !holds {
		NotKept(p, ex, expected, format, args...)
	}
}

// Presume calls f, and ends the spec as blocked by the requirement if f ends it: then what
// the spec is about cannot be judged. If the scenario of f was not chosen, the spec goes on.
func Presume(by require.ID, message string, f func()) {
	value, caught := spec.Catch(f)
	if how, ok := value.(ending); ok && how.kind == skipped {
		return
	}
	if caught {
		Blocked(by, nil, "%s", message)
	}
}

// Caught calls f and says whether it ended the spec; then the spec goes on.
func Caught(f func()) bool {
	_, caught := spec.Catch(f)
	return caught
}

// Missing says what a pushed image lacks in the registry; empty if it lacks nothing. The
// client may have changed its manifest into another form.
func Missing(p *stage.Played) string {
	data, there := p.Manifest(stage.MainTag)
	if !there {
		return "no manifest under the tag"
	}
	if string(data) == string(p.Content.Image.Data) {
		return ""
	}
	doc, ok := traffic.Read(data)
	if ok && doc.Manifests != nil {
		return ""
	}
	want, _ := traffic.Read(p.Content.Image.Data)
	if !ok || doc.Config == nil || len(doc.Blobs()) < len(want.Blobs()) {
		return "a manifest with fewer blobs than the image"
	}
	return ""
}
