package faketool

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/wire"
)

// Pull pulls a manifest of a repository.
func (call *Call) Pull(from *wire.Repository, reference string) fixtures.Manifest {
	ex := from.GetManifest(call.Ctx, reference)
	call.Expect(ex.OK()).To(BeTrue(), "%s", ex)
	return fixtures.Manifest{MediaType: ex.MediaType(), Data: ex.Body, Digest: digest.FromBytes(ex.Body)}
}

// Has says whether the repository has the reference.
func (call *Call) Has(repo *wire.Repository, reference string) bool {
	return repo.HeadManifest(call.Ctx, reference).OK()
}

// Index lists the entries of an index. It is nil if the manifest is no index.
func (call *Call) Index(from *wire.Repository, reference string) []ocispec.Descriptor {
	ex := from.GetManifest(call.Ctx, reference)
	var index ocispec.Index
	if ex.OK() {
		call.Expect(json.Unmarshal(ex.Body, &index)).To(Succeed())
	}
	return index.Manifests
}

// Referrers lists the referrers of the subject, by the API or by the fallback tag.
func (call *Call) Referrers(from *wire.Repository, subject digest.Digest) []ocispec.Descriptor {
	ex := from.ListReferrers(call.Ctx, subject.String())
	var index ocispec.Index
	if !ex.OK() {
		return call.Index(from, mechanisms.FallbackTag(subject))
	}
	call.Expect(json.Unmarshal(ex.Body, &index)).To(Succeed())
	return index.Manifests
}

// Put pushes a manifest whose blobs exist already.
func (call *Call) Put(to *wire.Repository, reference string, m fixtures.Manifest) {
	ex := to.PutManifest(call.Ctx, reference, m.MediaType, m.Data)
	call.Expect(ex.OK()).To(BeTrue(), "%s: %s", ex, ex.Body)
}

// Push pushes a manifest and its blobs.
func (call *Call) Push(to *wire.Repository, reference string, m fixtures.Manifest) {
	for _, b := range m.Blobs {
		_, ok := to.UploadBlob(call.Ctx, b)
		call.Expect(ok).To(BeTrue())
	}
	call.Put(to, reference, m)
}

// Blobs copies the blobs of a manifest to the target.
func (call *Call) Blobs(m fixtures.Manifest) (config []byte) {
	var doc ocispec.Manifest
	call.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
	for i, d := range append(doc.Layers, doc.Config) {
		data := call.Source.GetBlob(call.Ctx, d.Digest.String()).Body
		if i == len(doc.Layers) {
			config = data
		}
		_, ok := call.Target.UploadBlob(call.Ctx, fixtures.Blob{MediaType: d.MediaType, Data: data, Digest: d.Digest})
		call.Expect(ok).To(BeTrue())
	}
	return config
}

// CopyAs copies a manifest and its children to the target, under the given name.
func (call *Call) CopyAs(reference, name string) digest.Digest {
	m := call.Pull(call.Source, reference)
	children := call.Index(call.Source, reference)
	for _, child := range children {
		call.CopyAs(child.Digest.String(), child.Digest.String())
	}
	if children == nil {
		call.Blobs(m)
	}
	call.Put(call.Target, name, m)
	return m.Digest
}

// CopyTag copies the tag, as a copy does.
func (call *Call) CopyTag() digest.Digest { return call.CopyAs(call.Vars.Tag, call.Vars.Tag) }

// CopyReferrers copies the referrers of a manifest, and in turn their referrers.
func (call *Call) CopyReferrers(subject digest.Digest) {
	for _, d := range call.Referrers(call.Source, subject) {
		if !call.Has(call.Source, d.Digest.String()) {
			continue
		}
		call.CopyAs(d.Digest.String(), d.Digest.String())
		call.CopyReferrers(d.Digest)
	}
}

// Tags lists the tags of the repository.
func (call *Call) Tags(of *wire.Repository) []string {
	var list struct {
		Tags []string `json:"tags"`
	}
	call.Expect(of.ListTags(call.Ctx).JSON(&list)).To(Succeed())
	slices.Sort(list.Tags)
	return list.Tags
}

// Remove deletes the reference.
func (call *Call) Remove(from *wire.Repository, reference string) {
	ex := from.DeleteManifest(call.Ctx, reference)
	call.Expect(ex.OK()).To(BeTrue(), "%s", ex)
}

// List replaces the list under the referrers tag of a subject.
func (call *Call) List(in *wire.Repository, subject digest.Digest, entries ...ocispec.Descriptor) {
	index := fixtures.NewIndex("", nil).Edit(func(doc map[string]any) {
		delete(doc, "annotations")
		doc["manifests"] = append([]ocispec.Descriptor{}, entries...)
	})
	call.Put(in, mechanisms.FallbackTag(subject), index)
}

// Attach attaches an artifact to $DIGEST, as the specification asks of clients.
func (call *Call) Attach() fixtures.Manifest {
	subject := call.Pull(call.Source, call.Vars.Digest)
	m := fixtures.NewArtifact("fake", call.Vars.ArtifactType, fixtures.WithSubject(subject.Descriptor()))
	call.Push(call.Source, m.Digest.String(), m)
	if !call.Source.ListReferrers(call.Ctx, call.Vars.Digest).OK() {
		call.List(call.Source, subject.Digest, append(call.Referrers(call.Source, subject.Digest), m.Referrer())...)
	}
	return m
}

// Write writes a file into $OUT.
func (call *Call) Write(name string, data []byte) {
	path := filepath.Join(call.Out, name)
	call.Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
	call.Expect(os.WriteFile(path, data, 0o600)).To(Succeed())
}

// Save writes the manifest and all its content into $OUT, as a layout.
func (call *Call) Save(reference string) {
	m := call.Pull(call.Source, reference)
	call.Write(m.Digest.Encoded(), m.Data)
	for _, child := range call.Index(call.Source, reference) {
		call.Save(child.Digest.String())
	}
	var doc ocispec.Manifest
	call.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
	for _, d := range append(doc.Layers, doc.Config) {
		if d.Digest != "" {
			call.Write(d.Digest.Encoded(), call.Source.GetBlob(call.Ctx, d.Digest.String()).Body)
		}
	}
}

// Platform is the digest of the image for linux/amd64 that a reference leads to.
func (call *Call) Platform(reference string) string {
	for _, d := range call.Index(call.Source, reference) {
		if d.Platform != nil && d.Platform.Architecture == "amd64" {
			return d.Digest.String()
		}
	}
	return reference
}

// Sign adds a layer to the manifest under the tag that cosign would use, as cosign
// does. If there is no such manifest, it makes one.
func (call *Call) Sign(suffix string, keep bool) {
	tag := mechanisms.FallbackTag(digest.Digest(call.Vars.Digest)) + suffix
	layer := fixtures.NewBlob("signature", 20)
	m := fixtures.NewImage("signed", fixtures.WithLayers(layer))
	var old ocispec.Manifest
	if ex := call.Source.GetManifest(call.Ctx, tag); keep && ex.OK() {
		call.Expect(ex.JSON(&old)).To(Succeed())
		m = m.Edit(func(doc map[string]any) { doc["layers"] = append(old.Layers, layer.Descriptor()) })
	}
	call.Push(call.Source, tag, m)
}

// Bring copies the referrers of a manifest. Without a referrers API, it also copies the
// lists of referrers under their tags, and the lists that contain the manifest itself.
func (call *Call) Bring(d digest.Digest) {
	call.CopyReferrers(d)
	if call.Source.ListReferrers(call.Ctx, d.String()).OK() {
		return
	}
	subjects := []digest.Digest{d}
	for _, r := range call.Referrers(call.Source, d) {
		subjects = append(subjects, r.Digest)
	}
	var self ocispec.Manifest
	call.Expect(call.Source.GetManifest(call.Ctx, d.String()).JSON(&self)).To(Succeed())
	if self.Subject != nil {
		subjects = append(subjects, self.Subject.Digest)
	}
	for _, subject := range subjects {
		if tag := mechanisms.FallbackTag(subject); call.Has(call.Source, tag) {
			call.CopyAs(tag, tag)
		}
	}
}

// Untag deletes the tag.
func (call *Call) Untag() { call.Remove(call.Source, call.Vars.Tag) }

// Erase deletes the manifest.
func (call *Call) Erase() { call.Remove(call.Source, call.Vars.Digest) }

// IsAttached says whether the mechanism has attached something.
func (call *Call) IsAttached() bool {
	return len(call.Tags(call.Source)) != 3 || len(call.Referrers(call.Source, call.Pull(call.Source, "stable").Digest)) > 0
}

// Unlist removes an entry from the list under the referrers tag of a subject. It
// deletes the list if no entry is left.
func (call *Call) Unlist(subject, entry digest.Digest) {
	var left []ocispec.Descriptor
	for _, d := range call.Index(call.Source, mechanisms.FallbackTag(subject)) {
		if d.Digest != entry {
			left = append(left, d)
		}
	}
	if left == nil {
		call.Remove(call.Source, call.Pull(call.Source, mechanisms.FallbackTag(subject)).Digest.String())
		return
	}
	call.List(call.Source, subject, left...)
}

// EraseWhole deletes the manifest with everything that is attached to it, and takes it
// from the list of its subject's referrers where there is no API.
func (call *Call) EraseWhole() {
	d := digest.Digest(call.Vars.Digest)
	var self ocispec.Manifest
	call.Expect(json.Unmarshal(call.Pull(call.Source, d.String()).Data, &self)).To(Succeed())
	call.eraseReferrers(d)
	for _, tag := range call.Tags(call.Source) {
		if strings.HasPrefix(tag, mechanisms.FallbackTag(d)) {
			call.Remove(call.Source, call.Pull(call.Source, tag).Digest.String())
		}
	}
	if self.Subject != nil && call.Has(call.Source, mechanisms.FallbackTag(self.Subject.Digest)) {
		call.Unlist(self.Subject.Digest, d)
	}
	call.Erase()
}

// eraseReferrers deletes the referrers of a manifest, and their referrers.
func (call *Call) eraseReferrers(subject digest.Digest) {
	for _, d := range call.Referrers(call.Source, subject) {
		if !call.Has(call.Source, d.Digest.String()) {
			continue
		}
		call.eraseReferrers(d.Digest)
		call.Remove(call.Source, d.Digest.String())
	}
}
