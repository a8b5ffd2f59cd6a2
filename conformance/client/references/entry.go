package references

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
)

var _ = Describe("The entry of an artifact", func() {
	It("has the artifactType of the manifest", require.ClientReferencesPushArtifactType, func(ctx SpecContext) {
		typed(ctx)
	})
	It("has the type of the config, if the image has no artifactType", require.ClientReferencesPushConfigType, func(ctx SpecContext) {
		u := pushed(ctx, scenarios.PushArtifactByConfig).mustEntry()
		if u.entry.ArtifactType == "" && Caught(func() { typed(ctx) }) {
			Blocked(require.ClientReferencesPushArtifactType, u.list, "no entry has an artifactType")
		}
		doc, _ := u.artifact.Document()
		if doc.ArtifactType != "" || doc.Config == nil {
			Unsupported("the client gave the image an artifactType")
		}
		Expected(u.Played, u.entry.ArtifactType == doc.Config.MediaType, u.list, "the artifactType "+doc.Config.MediaType, "%q", u.entry.ArtifactType)
	})
	It("has all annotations of the manifest", require.ClientReferencesPushAnnotations, func(ctx SpecContext) {
		var u update
		if Caught(func() { u = pushed(ctx, scenarios.PushArtifact).mustEntry() }) {
			u = written(ctx).mustEntry()
		}
		doc, _ := u.artifact.Document()
		u.annotated(doc)
	})
	It("has all annotations of the manifest if others are in the list", require.ClientReferencesPushAnnotations, func(ctx SpecContext) {
		u := attached(ctx, scenarios.AttachOthers).mustEntry()
		doc, _ := u.artifact.Document()
		u.annotated(doc)
	})
	It("has the media type and the size of the manifest", require.ClientReferencesListContent, func(ctx SpecContext) {
		written(ctx).mustEntry().described()
	})
	It("is not added to a list that has it before others", require.ClientReferencesPushDuplicate, func(ctx SpecContext) {
		p := Play(ctx, scenarios.PushArtifactListed)
		data, _ := p.Manifest(scenarios.ReferrersTag(p.Content.Image.Subject.Digest))
		doc, _ := traffic.Read(data)
		n := 0
		for _, e := range doc.Manifests {
			if e.Digest == p.Content.Image.Digest.String() {
				n++
			}
		}
		Expected(p, n <= 1, Last(p), "one entry of the artifact", "%d entries", n)
	})
	It("is in the list once", require.ClientReferencesPushDuplicate, func(ctx SpecContext) {
		u := pushed(ctx, scenarios.PushArtifactAgain).mustEntry()
		n := 0
		for _, e := range u.document.Manifests {
			if e.Digest == u.entry.Digest {
				n++
			}
		}
		Expected(u.Played, n == 1, u.list, "one entry of the artifact", "%d entries", n)
	})
})

// described judges the media type and the size of the entry, if there is one.
func (u update) described() {
	if u.entry == nil {
		return
	}
	doc, _ := u.artifact.Document()
	Expected(u.Played, u.entry.Size == u.artifact.Request.Size, u.list, "the size of the manifest", "%d, of %d bytes", u.entry.Size, u.artifact.Request.Size)
	Expected(u.Played, doc.MediaType == "" || u.entry.MediaType == doc.MediaType, u.list, "the media type "+doc.MediaType, "%q", u.entry.MediaType)
}

// annotated judges that the entry has the annotations of the artifact.
func (u update) annotated(artifact traffic.Document) {
	missing := maps.Clone(artifact.Annotations)
	maps.DeleteFunc(missing, func(name, value string) bool { return u.entry.Annotations[name] == value })
	Expected(u.Played, len(missing) == 0, u.list, "all annotations of the manifest", "none of %v", slices.Sorted(maps.Keys(missing)))
}

// changedEntry is the digest of an entry that was in the list before and has other fields
// now; empty if there is none.
func changedEntry(u update) string {
	before, now := entriesOf(u.Held[len(u.Held)-1].Data), entriesOf(u.list.Sent)
	for d, entry := range before {
		if !reflect.DeepEqual(entry, now[d]) {
			return d
		}
	}
	return ""
}

// entriesOf are the entries of a list with all their fields, by digest.
func entriesOf(list []byte) map[string]any {
	var doc struct{ Manifests []map[string]any }
	_ = json.Unmarshal(list, &doc) // what is no list has no entries
	entries := map[string]any{}
	for _, e := range doc.Manifests {
		entries[fmt.Sprint(e["digest"])] = e
	}
	return entries
}

// typed judges that the entry has the artifactType of the artifact.
func typed(ctx SpecContext) {
	u := written(ctx).mustEntry()
	doc, _ := u.artifact.Document()
	if doc.ArtifactType == "" {
		u = pushed(ctx, scenarios.PushArtifact).mustEntry()
		doc, _ = u.artifact.Document()
	}
	Expected(u.Played, u.entry.ArtifactType == doc.ArtifactType, u.list, "the artifactType "+doc.ArtifactType, "%q", u.entry.ArtifactType)
}
