package trial

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/judge"
	"assay/downlevel/state"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/wire"
)

// repositories are the repositories of one cell. Nobody else uses them.
type repositories struct {
	// The image is in source. Copies go to target. The repository other has the same
	// content, and no tool may change it.
	source, target, other *wire.Repository
	content               mechanisms.Content
	watched, subjects     []digest.Digest
	client                *wire.Client
	name                  string
	targets               int // that were given to cells
	// seen has all digests that were ever named or listed in a repository.
	seen map[*wire.Repository][]digest.Digest
}

// lastPart is the last part of the names of repositories. Helm's charts have this name,
// too.
const lastPart = mechanisms.ChartName

// newRepositories makes the repositories for the content. Their names begin with name.
// The last part is the same in all names, as some tools keep this part when they copy.
func newRepositories(client *wire.Client, name string, content mechanisms.Content) *repositories {
	r := &repositories{
		source: client.Repository(name + "/" + lastPart), target: client.Repository(name + "/copy/" + lastPart),
		other:  client.Repository(name + "/other/" + lastPart),
		client: client, name: name,
		content: content, seen: map[*wire.Repository][]digest.Digest{},
	}
	seen := map[digest.Digest]bool{"": true}
	subject := func(d digest.Digest) {
		if !seen[d] {
			seen[d] = true
			r.subjects = append(r.subjects, d)
		}
	}
	for _, m := range judge.Manifests(content.Before, content.After) {
		r.watched = append(r.watched, m.Digest)
		subject(subjectDigest(m))
	}
	for _, p := range slices.Concat(content.Before, content.After) { // tools attach to what has a tag
		if p.Tag != "" {
			subject(p.Manifest.Digest)
		}
	}
	return r
}

// retarget takes another repository for copies.
func (r *repositories) retarget() {
	r.targets++
	r.target = r.client.Repository(fmt.Sprintf("%s/copy%d/%s", r.name, r.targets, lastPart))
}

func subjectDigest(m fixtures.Manifest) digest.Digest {
	if m.Subject == nil {
		return ""
	}
	return m.Subject.Digest
}

// furnish pushes the image to source and to other.
func (r *repositories) furnish(ctx context.Context) error {
	for _, repo := range []*wire.Repository{r.source, r.other} {
		if err := state.Put(ctx, repo, r.content.Before); err != nil {
			return err
		}
	}
	return nil
}

// attach pushes the content that the mechanism adds to the image.
func (r *repositories) attach(ctx context.Context) error {
	return state.Put(ctx, r.source, r.content.After)
}

// taken returns a tag that exists already and that the mechanism has to make; empty if
// there is none. A referrers tag may exist: the mechanism adds to it.
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

// snapshots are snapshots of the three repositories.
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
		if *at.into, err = r.lookAt(ctx, at.repo, at.repo != r.other); err != nil {
			return snapshots{}, err
		}
	}
	return s, nil
}

// lookAt takes a snapshot. Of the repository other the tags are enough, as each of its
// manifests has one.
func (r *repositories) lookAt(ctx context.Context, repo *wire.Repository, whole bool) (state.Snapshot, error) {
	watched, subjects := r.watched, r.subjects
	if !whole {
		watched, subjects = nil, nil
	}
	s, err := state.Take(ctx, repo, watched, subjects)
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

// documents fetches the manifests that tags name and the content does not have: a tool
// has made them.
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
	ex := repo.GetManifest(ctx, d.String())
	if err := ex.JSON(&manifest); err != nil {
		return judge.Document{}, fmt.Errorf("%s: %w", judge.Brief(d), err)
	}
	doc := judge.Document{Data: ex.Body, Layers: digestsOf(manifest.Layers), Children: digestsOf(manifest.Manifests)}
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
