package trial

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/judge"
	"assay/downlevel/state"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reports"
	"assay/wire"
)

func tagsStay(ctx context.Context, q *question) {
	if !q.attach(ctx) {
		return
	}
	q.expectTags(ctx)
}

// expectTags sees to it that each tag names what was pushed to it last, and is
// in the list.
func (q *question) expectTags(ctx context.Context) {
	want := map[string]digest.Digest{}
	for _, p := range q.content.Before {
		want[p.Tag] = p.Manifest.Digest
	}
	for tag, d := range q.moved() {
		want[tag] = d
	}
	var list struct {
		Tags []string `json:"tags"`
	}
	_ = q.source.ListTags(ctx).JSON(&list)
	for _, tag := range slices.Sorted(maps.Keys(want)) {
		pull := q.source.GetManifest(ctx, tag)
		if !pull.OK() {
			q.Harm(judge.HarmTags, "the tag %s cannot be pulled any more: %s", tag, wire.StatusText(pull.Status))
			continue
		}
		if got := digest.FromBytes(pull.Body); got != want[tag] {
			q.Harm(judge.HarmTags, "the tag %s names %s, not %s", tag, judge.Brief(got), judge.Brief(want[tag]))
		}
		if !slices.Contains(list.Tags, tag) {
			q.Harm(judge.HarmTags, "the tag %s is not in the list", tag)
		}
	}
	var more []string
	for _, tag := range list.Tags {
		if _, ok := want[tag]; !ok {
			more = append(more, tag)
		}
	}
	if len(more) > 0 {
		q.Note("new in the list of tags: %s", strings.Join(more, ", "))
	}
}

func bytesStay(ctx context.Context, q *question) {
	types := map[digest.Digest]string{}
	for _, m := range q.images() {
		types[m.Digest] = q.source.GetManifest(ctx, m.Digest.String()).MediaType()
	}
	if !q.attach(ctx) {
		return
	}
	q.expectImages(ctx, types)
}

// expectImages sees to it that the images are there, byte for byte, with their
// blobs, under the media types given.
func (q *question) expectImages(ctx context.Context, types map[digest.Digest]string) {
	for _, m := range q.images() {
		pull := q.source.GetManifest(ctx, m.Digest.String())
		switch {
		case !pull.OK():
			q.Harm(judge.HarmManifest, "%s cannot be pulled any more: %s", judge.Brief(m.Digest), wire.StatusText(pull.Status))
		case !bytes.Equal(pull.Body, m.Data):
			q.Harm(judge.HarmWrong, "%s comes back as other bytes", judge.Brief(m.Digest))
		case types[m.Digest] != "" && pull.MediaType() != types[m.Digest]:
			q.Harm(judge.HarmWrong, "%s was %s and is %s now", judge.Brief(m.Digest), types[m.Digest], pull.MediaType())
		}
		for _, b := range m.Blobs {
			if head := q.source.HeadBlob(ctx, b.Digest.String()); !head.OK() {
				q.Harm(judge.HarmIncomplete, "the blob %s of an image is gone: %s", judge.Brief(b.Digest), wire.StatusText(head.Status))
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
	return fmt.Sprintf("%s as %s", judge.Brief(a.content), a.mediaType)
}

func oldAccept(ctx context.Context, q *question) {
	asked := func(reference string) []answer {
		var all []answer
		for _, old := range oldAccepts {
			ex := q.source.GetManifest(ctx, reference, wire.WithHeader("Accept", old.accept))
			a := answer{status: ex.Status}
			if ex.OK() {
				a.mediaType, a.content = ex.MediaType(), digest.FromBytes(ex.Body)
			}
			all = append(all, a)
		}
		return all
	}
	references := append(q.before.TagNames(), q.content.Image.Digest.String())
	before := map[string][]answer{}
	for _, r := range references {
		before[r] = asked(r)
	}
	if !q.attach(ctx) {
		return
	}
	moved := q.moved()
	for _, r := range references {
		for i, is := range asked(r) {
			was := before[r][i]
			switch _, meant := moved[r]; {
			case is == was:
			case meant:
				q.Note("%s gets %s by the tag %s, where it got %s", oldAccepts[i].client, is, r, was)
			default:
				q.Harm(judge.HarmWrong, "%s got %s by %s, and gets %s now", oldAccepts[i].client, was, r, is)
			}
		}
	}
}

func retag(ctx context.Context, q *question) {
	if !q.attach(ctx) {
		return
	}
	with, err := state.Take(ctx, q.source, q.watched, q.subjects)
	if err != nil {
		q.err = err
		return
	}
	image := q.content.Image
	for _, reference := range []string{"again", mechanisms.MainTag} {
		put := q.source.PutManifest(ctx, reference, image.MediaType, image.Data)
		if got := digest.FromBytes(q.source.GetManifest(ctx, reference).Body); got != image.Digest {
			q.Harm(judge.HarmTags, "the image was pushed as %s (%s), and the tag names %s", reference, wire.StatusText(put.Status), judge.Brief(got))
		}
	}
	e := judge.Evidence{Content: q.content}
	e.Source.Before = with
	if e.Source.After, err = state.Take(ctx, q.source, q.watched, q.subjects); err != nil {
		q.err = err
		return
	}
	e.Retagged(&q.Judgement)
	q.source.DeleteManifest(ctx, "again")
}

func deleteAttached(ctx context.Context, q *question) {
	if len(q.content.After) == 0 {
		q.nothing()
		return
	}
	if !q.attach(ctx) {
		return
	}
	// One more, which shares the image's layer.
	sharing := fixtures.NewArtifact(q.lane.nonce("sharing"), attachedType, fixtures.WithSubject(q.content.Image.Descriptor()),
		fixtures.WithLayers(q.content.Image.Blobs[len(q.content.Image.Blobs)-1]))
	gone := []fixtures.Manifest{sharing}
	if err := state.Put(ctx, q.source, []mechanisms.Push{{Manifest: sharing}}); err != nil {
		q.Note("an artifact that shares a layer with the image is refused: %v", err)
		gone = nil
	}
	images := q.images()
	for _, m := range judge.Manifests(q.content.After) {
		if !slices.ContainsFunc(images, func(i fixtures.Manifest) bool { return i.Digest == m.Digest }) {
			gone = append(gone, m)
		}
	}
	for _, m := range gone {
		del := q.source.DeleteManifest(ctx, m.Digest.String())
		if !del.OK() && del.Status != http.StatusNotFound { // it may have gone with another
			q.notDeleted("what is attached", del)
			return
		}
		if q.source.HeadManifest(ctx, m.Digest.String()).OK() {
			q.Harm(judge.HarmNotDone, "what is attached (%s) is still there", judge.Brief(m.Digest))
		}
	}
	for _, tag := range q.before.TagNames() {
		was, _ := q.before.TagDigest(tag)
		if _, meant := q.moved()[tag]; meant {
			continue
		}
		if got := digest.FromBytes(q.source.GetManifest(ctx, tag).Body); got != was {
			q.Harm(judge.HarmTags, "the tag %s does not name the image any more", tag)
		}
	}
	q.expectImages(ctx, nil)
}

func deleteImage(ctx context.Context, q *question) {
	if !q.attach(ctx) {
		return
	}
	image := q.content.Image
	del := q.source.DeleteManifest(ctx, image.Digest.String())
	if !del.OK() {
		q.notDeleted("the image", del)
		return
	}
	if q.source.HeadManifest(ctx, image.Digest.String()).OK() {
		q.Harm(judge.HarmNotDone, "the image is still there")
	}
	moved := q.moved()
	for _, tag := range q.before.TagNames() {
		want, _ := q.before.TagDigest(tag)
		if d, ok := moved[tag]; ok {
			want = d
		}
		if want == image.Digest {
			continue
		}
		if got := digest.FromBytes(q.source.GetManifest(ctx, tag).Body); got != want {
			q.Harm(judge.HarmTags, "the tag %s of another image is gone, too", tag)
		}
	}
}

// notDeleted ends a question about deleting where that is refused.
func (q *question) notDeleted(what string, del *wire.Exchange) {
	switch {
	case del.Err != nil:
		q.err = fmt.Errorf("%s: %w", del, del.Err)
	case del.Status == http.StatusMethodNotAllowed, del.Status == http.StatusBadRequest:
		q.Outcome, q.Message = reports.NotApplicable, "the registry does not delete: "+wire.StatusText(del.Status)
	default:
		q.Outcome, q.Message = reports.ClearRefusal, what+" cannot be deleted: "+wire.StatusText(del.Status)
	}
}
