package trial

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/judge"
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
	ask   func(ctx context.Context, q *question)
}

// questions lists them in the order of reports.
func questions() []registryVerb {
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

// question is one question to the registry.
type question struct {
	*repositories
	judge.Judgement
	log    []string // what was sent
	before state.Snapshot
	lane   *Lane
	err    error // why the question has no answer
}

// ask tries a cell of the registry's own.
func (l *Lane) ask(ctx context.Context, c Cell, r *repositories, control *judge.Judgement, into *reports.Cell) (judge.Judgement, error) {
	q := &question{repositories: r, lane: l}
	observed := l.run.Client.Observed(func(_ context.Context, ex *wire.Exchange) { q.log = append(q.log, ex.String()) })
	name := r.source.Name()
	r.source, r.other = observed.Repository(name), observed.Repository(r.other.Name())
	i := slices.IndexFunc(questions(), func(v registryVerb) bool { return v.name == c.Verb })
	before, err := r.look(ctx, false)
	if err != nil {
		return judge.Judgement{}, err
	}
	q.before, q.log = before.source, nil
	questions()[i].ask(ctx, q)
	if q.err != nil {
		return judge.Judgement{}, q.err
	}
	if q.Outcome != "" { // refused, or there is nothing to ask
		if q.Outcome == reports.NotApplicable && strings.HasPrefix(q.Message, refusalPrefix) {
			l.refused[c.Mechanism.Name] = q.Message
		}
		return q.Judgement, nil
	}
	log := slices.Clone(q.log)
	after, err := r.look(ctx, false)
	if err != nil {
		return judge.Judgement{}, err
	}
	for _, line := range before.other.Diff(after.other) {
		q.Harm(judge.HarmNeighbour, "another repository: %s", line)
	}
	q.Conclude()
	into.Script = strings.Join(log, "\n")
	into.Before, into.Diff = lines(q.before), q.before.Diff(after.source)
	if q.Outcome == reports.SilentHarm {
		into.After = lines(after.source)
	}
	return judge.Compare(q.Judgement, c.Verb, control), nil
}

const refusalPrefix = "the registry refuses it: "

// attach pushes what the mechanism adds; false when the registry refuses it, or
// it cannot be pushed.
func (q *question) attach(ctx context.Context) bool { return q.pushed(q.repositories.attach(ctx)) }

// pushed says whether there is no error, and notes which there is.
func (q *question) pushed(err error) bool {
	var refused *state.Refused
	switch {
	case err == nil:
		return true
	case errors.As(err, &refused):
		q.Outcome, q.Message = reports.NotApplicable, refusalPrefix+refused.Error()
	default:
		q.err = err
	}
	return false
}

// moved is what the mechanism itself makes the tags name.
func (q *question) moved() map[string]digest.Digest {
	tags := map[string]digest.Digest{}
	for _, p := range q.content.After {
		if p.Tag != "" {
			tags[p.Tag] = p.Manifest.Digest
		}
	}
	return tags
}

// images are the manifests that were there before anything was attached.
func (q *question) images() []fixtures.Manifest { return judge.Manifests(q.content.Before) }

// nothing ends a question about what is attached where nothing is.
func (q *question) nothing() {
	q.Outcome, q.Message = reports.NotApplicable, "nothing is attached"
}
