package state_test

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
	"assay/fixtures"
	"assay/reference"
	"assay/wire"
)

func brief(d digest.Digest) string { return "sha256:" + d.Encoded()[:12] + "…" }

const (
	image = "application/vnd.oci.image.manifest.v1+json"
	index = "application/vnd.oci.image.index.v1+json"
)

func TestNothingChanged(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{}), mechanism(t, "subject-manifest")
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	g.Expect(take(t, repo, c).Diff(take(t, repo, c))).To(BeEmpty())
}

// What is attached is what is new, with the API and without it.
func TestDiffOfAttaching(t *testing.T) {
	g := NewWithT(t)
	c := mechanism(t, "subject-manifest")
	bill := c.Attached[0].Descriptor.Digest
	diff := func(repo *wire.Repository) []string {
		g.Expect(state.Put(t.Context(), repo, c.Before)).To(Succeed())
		before := take(t, repo, c)
		g.Expect(state.Put(t.Context(), repo, c.After)).To(Succeed())
		return before.Diff(take(t, repo, c))
	}
	g.Expect(diff(serve(t, reference.Options{}))).To(Equal([]string{
		"manifest " + brief(bill) + ": not there -> " + brief(bill) + " (" + image + ")",
		"referrers of " + brief(c.Image.Digest) + ": " + brief(bill) + " is new",
	}))
	g.Expect(diff(serve(t, reference.Options{DisableReferrers: true}))).To(ConsistOf(
		"manifest "+brief(bill)+": not there -> "+brief(bill)+" ("+image+")",
		"the referrers tag of "+brief(c.Image.Digest)+": "+brief(bill)+" is new",
		MatchRegexp(`^tag sha256-%s: not there -> sha256:[0-9a-f]{12}… \(%s\)$`, c.Image.Digest.Encoded(), `application/vnd\.oci\.image\.index\.v1\+json`),
	))
}

func TestDiffOfDeleting(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{}), mechanism(t, "subject-manifest")
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	before := take(t, repo, c)

	g.Expect(repo.DeleteManifest(t.Context(), "v1").OK()).To(BeTrue())
	image1 := brief(c.Image.Digest) + " (" + image + ")"
	g.Expect(before.Diff(take(t, repo, c))).To(Equal([]string{"tag v1: " + image1 + " -> gone"}))

	g.Expect(repo.DeleteManifest(t.Context(), c.Image.Digest.String()).OK()).To(BeTrue())
	g.Expect(before.Diff(take(t, repo, c))).To(Equal([]string{
		"tag stable: " + image1 + " -> gone", "tag v1: " + image1 + " -> gone",
		"manifest " + brief(c.Image.Digest) + ": " + image1 + " -> gone",
	}), "its blobs are not asked for")

	bill := c.After[0].Manifest
	g.Expect(repo.DeleteManifest(t.Context(), bill.Digest.String()).OK()).To(BeTrue())
	g.Expect(before.Diff(take(t, repo, c))).To(ContainElement("referrers of " + brief(c.Image.Digest) + ": without " + brief(bill.Digest)))
}

// A blob that is gone while its manifest stays is seen.
func TestDiffOfBlobs(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{}), mechanism(t, "image-alone")
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	before := take(t, repo, c)
	layer := c.Image.Blobs[1].Digest
	g.Expect(repo.DeleteBlob(t.Context(), layer.String()).OK()).To(BeTrue())
	g.Expect(before.Diff(take(t, repo, c))).To(Equal([]string{"blob " + brief(layer) + ": there -> gone"}))
}

func TestDiffOfMovedTag(t *testing.T) {
	g := NewWithT(t)
	repo, c := serve(t, reference.Options{}), mechanism(t, "image-alone")
	g.Expect(put(t.Context(), repo, c)).To(Succeed())
	before := take(t, repo, c)
	other := fixtures.NewIndex("other", nil)
	g.Expect(repo.PutManifest(t.Context(), "v1", other.MediaType, other.Data).OK()).To(BeTrue())
	g.Expect(before.Diff(take(t, repo, c))).To(Equal([]string{
		"tag v1: " + brief(c.Image.Digest) + " (" + image + ") -> " + brief(other.Digest) + " (" + index + ")",
	}))
}

// A list whose entries come in another order is the same.
func TestDiffOfOrder(t *testing.T) {
	g := NewWithT(t)
	a, b, subject := digest.FromString("a"), digest.FromString("b"), digest.FromString("subject")
	snapshot := func(entries ...digest.Digest) state.Snapshot {
		return state.Snapshot{Referrers: map[digest.Digest]state.List{subject: {MediaType: index, Entries: entries}}}
	}
	g.Expect(snapshot(a, b).Diff(snapshot(b, a))).To(BeEmpty())
	g.Expect(snapshot(a, b).Diff(snapshot(b))).To(Equal([]string{"referrers of " + brief(subject) + ": without " + brief(a)}))
	gone := state.Snapshot{}
	g.Expect(snapshot(a).Diff(gone)).To(ContainElement("referrers of " + brief(subject) + ": " + index + " -> gone"))
}
