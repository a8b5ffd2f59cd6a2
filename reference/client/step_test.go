package client

import (
	"errors"
	"testing"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

func getenv(pairs ...string) func(string) string {
	all := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		all["ASSAY_"+pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

func TestAStepThatLacksSomethingSaysWhat(t *testing.T) {
	for want, env := range map[string]func(string) string{
		"ASSAY_VERB is not set":                       getenv(),
		"pull needs ASSAY_REGISTRY, which is not set": getenv("VERB", "pull"),
		"push needs ASSAY_LAYOUT, which is not set": getenv("VERB", "push", "REGISTRY", "localhost:5000", "REPOSITORY", "a",
			"REFERENCE", "v1"),
		"copy needs ASSAY_TARGET, which is not set": getenv("VERB", "copy", "REGISTRY", "localhost:5000", "REPOSITORY", "a",
			"REFERENCE", "v1"),
	} {
		if _, err := StepOf(env); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := StepOf(getenv("VERB", "fly")); !errors.Is(err, ErrUnsupported) {
		t.Errorf("an unknown verb: %v", err)
	}
}

func TestPlacesAreReadAsPeopleTypeThem(t *testing.T) {
	for image, want := range map[string]place{
		"localhost:5000/a/b:v1":          {"localhost:5000", "a/b", "v1"},
		"example.org/a@sha256:0123":      {"example.org", "a", "sha256:0123"},
		"127.0.0.1:80/a/b/c:sha256-0123": {"127.0.0.1:80", "a/b/c", "sha256-0123"},
	} {
		if got, err := placeOf(image); err != nil || got != want {
			t.Errorf("%s: %+v, %v", image, got, err)
		}
	}
	for _, image := range []string{"", "a", "localhost:5000", "localhost:5000/a", "localhost:5000/:v1"} {
		if got, err := placeOf(image); err == nil {
			t.Errorf("%q: %+v", image, got)
		}
	}
}

// The examples of distribution-spec, "Referrers Tag Schema".
func TestReferrersTag(t *testing.T) {
	a64 := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	for subject, want := range map[string]string{
		"sha256:" + a64:       "sha256-" + a64,
		"sha512:" + a64 + a64: "sha512-" + a64,
		//nolint:misspell // as the text has it
		"test+algorithm+using+algorithm+separators+and+lots+of+characters+to+excercise+overall+truncation:alsoSome=InTheEncodedSectionToShowHyphenReplacementAndLotsAndLotsOfCharactersToExcerciseEncodedTruncation": "test-algorithm-using-algorithm-s-alsoSome-InTheEncodedSectionToShowHyphenReplacementAndLotsAndLot",
	} {
		if got := referrersTag(digest.Digest(subject)); got != want {
			t.Errorf("%s: %s", subject, got)
		}
	}
}

func TestAListKeepsWhatItDoesNotKnow(t *testing.T) {
	g := gomega.NewWithT(t)
	const old = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","x":{"y":1.50},"manifests":[{"digest":"sha256:1","z":[1]},{"digest":"sha256:2"}]}`
	l, err := parseList([]byte(old), ocispec.MediaTypeImageIndex+"; charset=utf-8")
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(l.Append(ocispec.Descriptor{Digest: "sha256:3"})).To(gomega.BeTrue())
	g.Expect(l.Remove("sha256:2")).To(gomega.BeTrue())
	g.Expect(l.Remove("sha256:2")).To(gomega.BeFalse())
	body, err := l.bytes()
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(body).To(gomega.MatchJSON(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","x":{"y":1.50},
		"manifests":[{"digest":"sha256:1","z":[1]},{"mediaType":"","digest":"sha256:3","size":0}]}`))
}

func TestWhatIsNoListIsRefused(t *testing.T) {
	for body, sentAs := range map[string]string{
		`{"manifests":[]}`: ocispec.MediaTypeImageManifest,
		`{}`:               ocispec.MediaTypeImageIndex,
		`not JSON`:         ocispec.MediaTypeImageIndex,
		`{"mediaType":"application/vnd.oci.image.manifest.v1+json","manifests":[]}`: ocispec.MediaTypeImageIndex,
	} {
		if _, err := parseList([]byte(body), sentAs); err == nil {
			t.Errorf("%s as %s is taken for a list", body, sentAs)
		}
	}
}

func TestALayoutIsFoundByItsTagOrItsDigest(t *testing.T) {
	l := layout{t.TempDir()}
	d := ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.FromString("{}"), Size: 2}
	if err := l.put(d.Digest, []byte("{}")); err != nil {
		t.Fatal(err)
	}
	if err := l.finish(d, "v1"); err != nil {
		t.Fatal(err)
	}
	for _, reference := range []string{"v1", d.Digest.String(), "the only one"} {
		found, err := l.find(reference)
		if err != nil || found.Digest != d.Digest {
			t.Errorf("%s: %v, %v", reference, found, err)
		}
	}
	if _, err := l.get("sha256:../../etc/passwd"); err == nil {
		t.Error("what is no digest leads out of the layout")
	}
}
