package trial

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/judge"
	"assay/downlevel/state"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/wire"
)

// repositories are those of one cell, which nobody else uses.
type repositories struct {
	// The image is in source; target is where copies go, and other is a
	// neighbour with the same content, which nobody may touch.
	source, target, other *wire.Repository
	content               mechanisms.Content
	watched, subjects     []digest.Digest
	// seen is what was named or listed in a repository at some time.
	seen map[*wire.Repository][]digest.Digest
}

// lastPart is that of the names of repositories, which is the name of Helm's
// charts, too.
const lastPart = mechanisms.ChartName

// newRepositories makes them for the content; name begins the names of its
// repositories. Their last parts are the same, as there are tools that keep
// that part of a name when they copy.
func newRepositories(client *wire.Client, name string, content mechanisms.Content) *repositories {
	r := &repositories{
		source: client.Repository(name + "/" + lastPart), target: client.Repository(name + "/copy/" + lastPart),
		other:   client.Repository(name + "/other/" + lastPart),
		content: content, seen: map[*wire.Repository][]digest.Digest{},
	}
	seen := map[digest.Digest]bool{}
	for _, m := range judge.Manifests(content.Before, content.After) {
		r.watched = append(r.watched, m.Digest)
		for _, subject := range []digest.Digest{m.Digest, subjectDigest(m)} {
			if subject != "" && !seen[subject] {
				seen[subject] = true
				r.subjects = append(r.subjects, subject)
			}
		}
	}
	return r
}

func subjectDigest(m fixtures.Manifest) digest.Digest {
	if m.Subject == nil {
		return ""
	}
	return m.Subject.Digest
}

// furnish pushes the image to the source and to the neighbour.
func (r *repositories) furnish(ctx context.Context) error {
	for _, repo := range []*wire.Repository{r.source, r.other} {
		if err := state.Put(ctx, repo, r.content.Before); err != nil {
			return err
		}
	}
	return nil
}

// attach pushes what the mechanism adds to the image.
func (r *repositories) attach(ctx context.Context) error {
	return state.Put(ctx, r.source, r.content.After)
}

// taken is a tag that is there and that the mechanism is to make; empty when
// there is none. To the referrers tag it adds.
func (r *repositories) taken(ctx context.Context) string {
	ours := map[string]bool{"": true}
	for _, p := range r.content.Before {
		ours[p.Tag] = true
	}
	for _, subject := range r.subjects {
		ours[mechanisms.FallbackTag(subject)] = true
	}
	for _, p := range r.content.After {
		if !ours[p.Tag] && r.source.HasManifest(ctx, p.Tag) {
			return p.Tag
		}
	}
	return ""
}

// snapshots are the three repositories at one time.
type snapshots struct{ source, target, other state.Snapshot }

func (r *repositories) look(ctx context.Context, target bool) (snapshots, error) {
	var s snapshots
	for _, at := range []struct {
		repo *wire.Repository
		into *state.Snapshot
	}{{r.source, &s.source}, {r.other, &s.other}, {r.target, &s.target}} {
		if at.repo == r.target && !target {
			continue
		}
		var err error
		if *at.into, err = r.lookAt(ctx, at.repo); err != nil {
			return snapshots{}, err
		}
	}
	return s, nil
}

func (r *repositories) lookAt(ctx context.Context, repo *wire.Repository) (state.Snapshot, error) {
	s, err := state.Take(ctx, repo, r.watched, r.subjects)
	for _, tag := range s.TagNames() {
		d, _ := s.TagDigest(tag)
		r.seen[repo] = append(r.seen[repo], d)
	}
	for _, lists := range []map[digest.Digest]state.List{s.Referrers, s.Fallbacks} {
		for _, list := range lists {
			r.seen[repo] = append(r.seen[repo], list.Entries...)
		}
	}
	return s, err
}

// documents fetches what the tags of a repository name and the content does not
// hold: what a tool has made.
func (r *repositories) documents(ctx context.Context, repo *wire.Repository, s state.Snapshot, into map[digest.Digest]judge.Document) {
	known := map[digest.Digest]bool{}
	for _, d := range r.watched {
		known[d] = true
	}
	for _, tag := range s.TagNames() {
		d, _ := s.TagDigest(tag)
		if known[d] {
			continue
		}
		known[d] = true
		if doc, err := fetchDocument(ctx, repo, d); err == nil { // else it stays unknown
			into[d] = doc
		}
	}
}

func fetchDocument(ctx context.Context, repo *wire.Repository, d digest.Digest) (judge.Document, error) {
	var manifest struct {
		Config    *ocispec.Descriptor  `json:"config"`
		Layers    []ocispec.Descriptor `json:"layers"`
		Manifests []ocispec.Descriptor `json:"manifests"`
	}
	if err := repo.GetManifest(ctx, d.String()).JSON(&manifest); err != nil {
		return judge.Document{}, fmt.Errorf("%s: %w", judge.Brief(d), err)
	}
	doc := judge.Document{Layers: digestsOf(manifest.Layers), Children: digestsOf(manifest.Manifests)}
	if manifest.Config == nil {
		return doc, nil
	}
	doc.Config = manifest.Config.Digest
	var config ocispec.Image
	if json.Unmarshal(repo.GetBlob(ctx, doc.Config.String()).Body, &config) == nil {
		doc.DiffIDs = config.RootFS.DiffIDs
	}
	return doc, nil
}

func digestsOf(descriptors []ocispec.Descriptor) []digest.Digest {
	var all []digest.Digest
	for _, d := range descriptors {
		all = append(all, d.Digest)
	}
	return all
}
