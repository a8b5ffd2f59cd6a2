package downlevel

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
	"assay/downlevel/toolchains"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
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
	log           []string // what was sent
	before, after state.Snapshot
	bench         *bench
}

// ask tries a cell of the registry's own.
func (b *bench) ask(ctx context.Context, c cell, r *room, into *reports.Cell) (judgement, error) {
	t := &trial{room: r, bench: b}
	observed := b.client.Observed(func(ex *wire.Exchange) { t.log = append(t.log, ex.String()) })
	name := r.source.Name()
	r.source, r.other = observed.Repository(name), observed.Repository(r.other.Name())
	i := slices.IndexFunc(registryVerbs(), func(v registryVerb) bool { return v.name == c.verb })
	before, err := r.look(ctx, false)
	if err != nil {
		return judgement{}, err
	}
	t.before, t.log = before.source, nil
	registryVerbs()[i].ask(ctx, t)
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
	return t.judgement, nil
}

const refusalPrefix = "the registry refuses it: "

// attach pushes what the mechanism adds; false when the registry refuses it.
func (t *trial) attach(ctx context.Context) bool {
	if err := t.room.attach(ctx); err != nil {
		t.Outcome, t.Message = reports.NotApplicable, refusalPrefix+err.Error()
		return false
	}
	return true
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

func tagsStay(ctx context.Context, t *trial) {
	if !t.attach(ctx) {
		return
	}
	t.expectTags(ctx)
}

// expectTags sees to it that each tag names what was pushed to it last, and is
// in the list.
func (t *trial) expectTags(ctx context.Context) {
	want := map[string]digest.Digest{}
	for _, tag := range t.before.TagNames() {
		want[tag], _ = t.before.TagDigest(tag)
	}
	for tag, d := range t.moved() {
		want[tag] = d
	}
	var list struct {
		Tags []string `json:"tags"`
	}
	_ = t.source.ListTags(ctx).JSON(&list)
	for _, tag := range slices.Sorted(maps.Keys(want)) {
		pull := t.source.GetManifest(ctx, tag)
		if !pull.OK() {
			t.harm(harmTags, "the tag %s cannot be pulled any more: %s", tag, wire.StatusText(pull.Status))
			continue
		}
		if got := digest.FromBytes(pull.Body); got != want[tag] {
			t.harm(harmTags, "the tag %s names %s, not %s", tag, brief(got), brief(want[tag]))
		}
		if !slices.Contains(list.Tags, tag) {
			t.harm(harmTags, "the tag %s is not in the list", tag)
		}
	}
	var more []string
	for _, tag := range list.Tags {
		if _, ok := want[tag]; !ok {
			more = append(more, tag)
		}
	}
	if len(more) > 0 {
		t.note("new in the list of tags: %s", strings.Join(more, ", "))
	}
}

func bytesStay(ctx context.Context, t *trial) {
	types := map[digest.Digest]string{}
	for _, m := range t.images() {
		types[m.Digest] = t.source.GetManifest(ctx, m.Digest.String()).MediaType()
	}
	if !t.attach(ctx) {
		return
	}
	t.expectImages(ctx, types)
}

// expectImages sees to it that the images are there, byte for byte, with their
// blobs, under the media types given.
func (t *trial) expectImages(ctx context.Context, types map[digest.Digest]string) {
	for _, m := range t.images() {
		pull := t.source.GetManifest(ctx, m.Digest.String())
		switch {
		case !pull.OK():
			t.harm(harmManifest, "%s cannot be pulled any more: %s", brief(m.Digest), wire.StatusText(pull.Status))
		case !bytes.Equal(pull.Body, m.Data):
			t.harm(harmWrong, "%s comes back as other bytes", brief(m.Digest))
		case types[m.Digest] != "" && pull.MediaType() != types[m.Digest]:
			t.harm(harmWrong, "%s was %s and is %s now", brief(m.Digest), types[m.Digest], pull.MediaType())
		}
		for _, b := range m.Blobs {
			if head := t.source.HeadBlob(ctx, b.Digest.String()); !head.OK() {
				t.harm(harmIncomplete, "the blob %s of an image is gone: %s", brief(b.Digest), wire.StatusText(head.Status))
			}
		}
	}
}

// oldAccepts are the Accept headers of clients of another time.
var oldAccepts = []struct{ client, accept string }{
	{"a client of schema 1", "application/vnd.docker.distribution.manifest.v1+prettyjws"},
	{"Docker 1.10", "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.v1+prettyjws, application/json"},
	{"Docker 17", "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v1+prettyjws, application/json"},
	{"a client of OCI images alone", "application/vnd.oci.image.manifest.v1+json"},
	{"a client that takes anything", "*/*"},
}

// answer is what a client gets.
type answer struct {
	status    int
	mediaType string
	content   digest.Digest
}

func (a answer) String() string {
	if a.status != http.StatusOK {
		return wire.StatusText(a.status)
	}
	return fmt.Sprintf("%s as %s", brief(a.content), a.mediaType)
}

func oldAccept(ctx context.Context, t *trial) {
	asked := func(reference string) []answer {
		var all []answer
		for _, old := range oldAccepts {
			ex := t.source.GetManifest(ctx, reference, wire.WithHeader("Accept", old.accept))
			a := answer{status: ex.Status}
			if ex.OK() {
				a.mediaType, a.content = ex.MediaType(), digest.FromBytes(ex.Body)
			}
			all = append(all, a)
		}
		return all
	}
	references := append(t.before.TagNames(), t.content.Image.Digest.String())
	before := map[string][]answer{}
	for _, r := range references {
		before[r] = asked(r)
	}
	if !t.attach(ctx) {
		return
	}
	moved := t.moved()
	for _, r := range references {
		for i, is := range asked(r) {
			was := before[r][i]
			switch _, meant := moved[r]; {
			case is == was:
			case meant:
				t.note("%s gets %s by the tag %s, where it got %s", oldAccepts[i].client, is, r, was)
			default:
				t.harm(harmWrong, "%s got %s by %s, and gets %s now", oldAccepts[i].client, was, r, is)
			}
		}
	}
}

func retag(ctx context.Context, t *trial) {
	if !t.attach(ctx) {
		return
	}
	with, err := state.Take(ctx, t.source, t.watched, t.subjects)
	if err != nil {
		t.Outcome, t.Message = reports.UnclearRefusal, err.Error()
		return
	}
	image := t.content.Image
	for _, reference := range []string{"again", mechanisms.MainTag} {
		put := t.source.PutManifest(ctx, reference, image.MediaType, image.Data)
		if got := digest.FromBytes(t.source.GetManifest(ctx, reference).Body); got != image.Digest {
			t.harm(harmTags, "the image was pushed as %s (%s), and the tag names %s", reference, wire.StatusText(put.Status), brief(got))
		}
	}
	e := evidence{Content: t.content}
	e.Source.Before = with
	if e.Source.After, err = state.Take(ctx, t.source, t.watched, t.subjects); err != nil {
		t.Outcome, t.Message = reports.UnclearRefusal, err.Error()
		return
	}
	// What is only reached by the tag may go with it.
	e.attachedStay(&t.judgement, func(a mechanisms.Attached) bool { return a.Kind == mechanisms.Child || a.Tag == mechanisms.MainTag })
	e.tagsStay(&t.judgement, func(tag string, _ digest.Digest) bool { return tag == mechanisms.MainTag })
	t.source.DeleteManifest(ctx, "again")
}

func deleteAttached(ctx context.Context, t *trial) {
	if len(t.content.After) == 0 {
		t.nothing()
		return
	}
	if !t.attach(ctx) {
		return
	}
	// One more, which shares the image's layer.
	sharing := fixtures.NewArtifact(t.bench.nonce("sharing"), attachedType, fixtures.WithSubject(t.content.Image.Descriptor()),
		fixtures.WithLayers(t.content.Image.Blobs[len(t.content.Image.Blobs)-1]))
	gone := []fixtures.Manifest{sharing}
	if err := state.Put(ctx, t.source, []mechanisms.Push{{Manifest: sharing}}); err != nil {
		t.note("an artifact that shares a layer with the image is refused: %v", err)
		gone = nil
	}
	images := t.images()
	for _, m := range manifestsOf(t.content.After) {
		if !slices.ContainsFunc(images, func(i fixtures.Manifest) bool { return i.Digest == m.Digest }) {
			gone = append(gone, m)
		}
	}
	for _, m := range gone {
		if del := t.source.DeleteManifest(ctx, m.Digest.String()); del.Status == http.StatusMethodNotAllowed || del.Status == http.StatusBadRequest {
			t.Outcome, t.Message = notApplicable("the registry does not delete: " + wire.StatusText(del.Status))
			return
		}
	}
	for _, tag := range t.before.TagNames() {
		was, _ := t.before.TagDigest(tag)
		if _, meant := t.moved()[tag]; meant {
			continue
		}
		if got := digest.FromBytes(t.source.GetManifest(ctx, tag).Body); got != was {
			t.harm(harmTags, "the tag %s does not name the image any more", tag)
		}
	}
	t.expectImages(ctx, nil)
}

func deleteImage(ctx context.Context, t *trial) {
	if !t.attach(ctx) {
		return
	}
	image := t.content.Image
	del := t.source.DeleteManifest(ctx, image.Digest.String())
	if del.Status == http.StatusMethodNotAllowed || del.Status == http.StatusBadRequest {
		t.Outcome, t.Message = notApplicable("the registry does not delete: " + wire.StatusText(del.Status))
		return
	}
	if !del.OK() {
		t.Outcome, t.Message = reports.ClearRefusal, "the image cannot be deleted: "+wire.StatusText(del.Status)
		return
	}
	if t.source.HeadManifest(ctx, image.Digest.String()).OK() {
		t.harm(harmNotDone, "the image is still there")
	}
	moved := t.moved()
	for _, tag := range t.before.TagNames() {
		want, _ := t.before.TagDigest(tag)
		if d, ok := moved[tag]; ok {
			want = d
		}
		if want == image.Digest {
			continue
		}
		if got := digest.FromBytes(t.source.GetManifest(ctx, tag).Body); got != want {
			t.harm(harmTags, "the tag %s of another image is gone, too", tag)
		}
	}
}

// nothing ends a question about what is attached where nothing is.
func (t *trial) nothing() {
	t.Outcome, t.Message = notApplicable("nothing is attached")
}

func notApplicable(reason string) (reports.CellOutcome, string) {
	return reports.NotApplicable, reason
}
