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
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reports"
	"assay/wire"
)

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
	for _, p := range t.content.Before {
		want[p.Tag] = p.Manifest.Digest
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
		t.err = err
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
		t.err = err
		return
	}
	// What is only reached by the tag may go with it.
	e.attachedStay(&t.judgement, func(a mechanisms.Attached) bool { return a.Kind == mechanisms.Child || a.Tag == mechanisms.MainTag })
	e.tagsStay(&t.judgement, func(tag string, _ digest.Digest) bool { return tag == mechanisms.MainTag })
	e.listsStay(&t.judgement, func(digest.Digest) bool { return false })
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
		del := t.source.DeleteManifest(ctx, m.Digest.String())
		if !del.OK() && del.Status != http.StatusNotFound { // it may have gone with another
			t.notDeleted("what is attached", del)
			return
		}
		if t.source.HeadManifest(ctx, m.Digest.String()).OK() {
			t.harm(harmNotDone, "what is attached (%s) is still there", brief(m.Digest))
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
	if !del.OK() {
		t.notDeleted("the image", del)
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

// notDeleted ends a question about deleting where that is refused.
func (t *trial) notDeleted(what string, del *wire.Exchange) {
	switch {
	case del.Err != nil:
		t.err = fmt.Errorf("%s: %w", del, del.Err)
	case del.Status == http.StatusMethodNotAllowed, del.Status == http.StatusBadRequest:
		t.Outcome, t.Message = notApplicable("the registry does not delete: " + wire.StatusText(del.Status))
	default:
		t.Outcome, t.Message = reports.ClearRefusal, what+" cannot be deleted: "+wire.StatusText(del.Status)
	}
}
