package trial

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/judge"
	"assay/downlevel/state"
	"assay/reports"
	"assay/wire"
)

// outputLimit is the number of bytes of a tool's output that a report keeps.
const outputLimit = 4096

// report copies the evidence into the report of a cell.
func report(e judge.Evidence, j judge.Judgement, into *reports.Cell) {
	into.Setup, into.Script = wire.RedactText(e.Setup), wire.RedactText(e.Output.Script)
	exit := e.Output.Exit
	into.Exit = &exit
	into.Stdout, into.Stderr = cut(e.Output.Stdout), cut(e.Output.Stderr)
	into.Limit = j.Limit
	into.Before = lines(e.Source.Before)
	for _, at := range []struct {
		name string
		judge.Change
	}{{"source", e.Source}, {"target", e.Target}, {"other", e.Other}} {
		for _, line := range at.Diff() {
			into.Diff = append(into.Diff, at.name+": "+line)
		}
	}
	switch j.Outcome {
	case reports.SilentHarm, reports.Orphaned, reports.DocumentedLimit, reports.UnclearRefusal, reports.WrongReason:
		into.After = lines(e.Source.After)
		for _, line := range lines(e.Target.After) {
			into.After = append(into.After, "target: "+line)
		}
	}
}

// cut returns text without secrets. If it is long, the middle is left out, because the
// error is usually at the beginning or at the end.
func cut(text string) string {
	text = wire.RedactText(strings.ToValidUTF8(text, "\uFFFD"))
	if len(text) <= outputLimit {
		return text
	}
	head, tail := text[:outputLimit/4], text[len(text)-outputLimit*3/4:]
	for !utf8.ValidString(head) {
		head = head[:len(head)-1]
	}
	for !utf8.ValidString(tail) {
		tail = tail[1:]
	}
	return fmt.Sprintf("%s\n… %d bytes …\n%s", head, len(text)-len(head)-len(tail), tail)
}

func redacted(harms []reports.Harm) []reports.Harm {
	harms = slices.Clone(harms) // the harms of a control are read by several lanes
	for i := range harms {
		harms[i].Text = wire.RedactText(harms[i].Text)
	}
	return harms
}

// lines describes a repository for a reader.
func lines(s state.Snapshot) []string {
	var all []string
	for _, tag := range slices.Sorted(maps.Keys(s.Tags)) {
		m := s.Tags[tag]
		all = append(all, fmt.Sprintf("tag %s: %s (%s)", tag, m.SHA256, m.MediaType))
	}
	for _, d := range slices.Sorted(maps.Keys(s.Manifests)) {
		all = append(all, fmt.Sprintf("manifest %s (%s)", d, s.Manifests[d].MediaType))
	}
	for _, what := range []struct {
		name  string
		lists map[digest.Digest]state.List
	}{{"referrers", s.Referrers}, {"referrers tag", s.Fallbacks}} {
		for _, subject := range slices.Sorted(maps.Keys(what.lists)) {
			for _, d := range what.lists[subject].Entries {
				all = append(all, fmt.Sprintf("%s of %s: %s", what.name, judge.Brief(subject), d))
			}
		}
	}
	return all
}
