package downlevel

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
	"assay/downlevel/toolchains"
	"assay/fixtures"
	"assay/reports"
	"assay/wire"
)

// registryVerb is something that is asked of the registry itself, without a
// tool: what it does to an image when artifacts come and go.
type registryVerb struct {
	name  toolchains.Verb
	about string
	ask   func(ctx context.Context, t *trial)
}

// registryVerbs lists them in the order of reports.
func registryVerbs() []registryVerb {
	return []registryVerb{
		{"tags-stay", "Tags of other images name what they named, and are listed.", tagsStay},
		{"bytes-stay", "The image is the same to the byte, by tag and by digest.", bytesStay},
		{"old-accept", "Clients that accept less get the same image as before.", oldAccept},
		{"retag", "Naming the image by the tag again leaves what is attached.", retag},
		{"delete-attached", "Deleting what is attached leaves the image, also what the two share.", deleteAttached},
		{"delete-image", "Deleting the image leaves other images and other repositories.", deleteImage},
		{"upgrade", "What was attached without the referrers API is listed once there is one.", upgrade},
	}
}

func registryVerbNames() []toolchains.Verb {
	var names []toolchains.Verb
	for _, v := range registryVerbs() {
		names = append(names, v.name)
	}
	return names
}

// trial is one question to the registry.
type trial struct {
	*room
	judgement
	log    []string // what was sent
	before state.Snapshot
	bench  *bench
	err    error // why the question has no answer
}

// ask tries a cell of the registry's own.
func (b *bench) ask(ctx context.Context, c cell, r *room, control *judgement, into *reports.Cell) (judgement, error) {
	t := &trial{room: r, bench: b}
	observed := b.client.Observed(func(_ context.Context, ex *wire.Exchange) { t.log = append(t.log, ex.String()) })
	name := r.source.Name()
	r.source, r.other = observed.Repository(name), observed.Repository(r.other.Name())
	i := slices.IndexFunc(registryVerbs(), func(v registryVerb) bool { return v.name == c.verb })
	before, err := r.look(ctx, false)
	if err != nil {
		return judgement{}, err
	}
	t.before, t.log = before.source, nil
	registryVerbs()[i].ask(ctx, t)
	if t.err != nil {
		return judgement{}, t.err
	}
	if t.Outcome != "" { // refused, or there is nothing to ask
		if t.Outcome == reports.NotApplicable && strings.HasPrefix(t.Message, refusalPrefix) {
			b.refused[c.mechanism.Name] = t.Message
		}
		return t.judgement, nil
	}
	log := slices.Clone(t.log)
	after, err := r.look(ctx, false)
	if err != nil {
		return judgement{}, err
	}
	for _, line := range before.other.Diff(after.other) {
		t.harm(harmNeighbour, "another repository: %s", line)
	}
	t.conclude()
	into.Script = strings.Join(log, "\n")
	into.Before, into.Diff = lines(t.before), t.before.Diff(after.source)
	if t.Outcome == reports.SilentHarm {
		into.After = lines(after.source)
	}
	return evidence{Verb: c.verb, Control: control}.compare(t.judgement), nil
}

const refusalPrefix = "the registry refuses it: "

// attach pushes what the mechanism adds; false when the registry refuses it, or
// it cannot be pushed.
func (t *trial) attach(ctx context.Context) bool { return t.pushed(t.room.attach(ctx)) }

// pushed says whether there is no error, and notes which there is.
func (t *trial) pushed(err error) bool {
	var refused *state.Refused
	switch {
	case err == nil:
		return true
	case errors.As(err, &refused):
		t.Outcome, t.Message = notApplicable(refusalPrefix + refused.Error())
	default:
		t.err = err
	}
	return false
}

// moved is what the mechanism itself makes the tags name.
func (t *trial) moved() map[string]digest.Digest {
	tags := map[string]digest.Digest{}
	for _, p := range t.content.After {
		if p.Tag != "" {
			tags[p.Tag] = p.Manifest.Digest
		}
	}
	return tags
}

// images are the manifests that were there before anything was attached.
func (t *trial) images() []fixtures.Manifest { return manifestsOf(t.content.Before) }

// nothing ends a question about what is attached where nothing is.
func (t *trial) nothing() {
	t.Outcome, t.Message = notApplicable("nothing is attached")
}

func notApplicable(reason string) (reports.CellOutcome, string) {
	return reports.NotApplicable, reason
}
