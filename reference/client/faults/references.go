package faults

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
)

func referencesFaults() []Fault {
	return slices.Concat(fallbackFaults(), addFaults(), entryFaults(), listFaults(), removeFaults(), referrersTagFaults())
}

// updating applies a change to steps that push.
func updating(change Change) Change { return Chain(Only("push", change), Only("attach", change)) }

// entry makes a client describe a referrer in another way.
func entry(f func(d *ocispec.Descriptor, m client.Manifest)) Change {
	return Break(func(r *client.Rules) {
		right := r.Entry
		r.Entry = func(m client.Manifest) ocispec.Descriptor {
			d := right(m)
			f(&d, m)
			return d
		}
	})
}

// adding makes a client add to a list in another way.
func adding(f func(l *client.List, d ocispec.Descriptor) bool) Change {
	return Break(func(r *client.Rules) { r.Add = f })
}

// tagging makes a client choose another referrers tag.
func tagging(f func(right string, d digest.Digest) string) Change {
	return Break(func(r *client.Rules) {
		right := r.ReferrersTag
		r.ReferrersTag = func(d digest.Digest) string { return f(right(d), d) }
	})
}

func fallbackFaults() []Fault {
	subject := AnswerHeader("OCI-Subject", "unknown")
	return []Fault{
		fault("attach-forgotten", "attach ends before the manifest is pushed, and says nothing",
			Only("attach", Chain(OnAnswer(PutManifest, subject), Skip(PutManifest, 201))), require.ClientReferencesPushApi),
		fault("fallback-never", "the referrers tag is not updated",
			OnAnswer(PutManifest.And(HasSubject), subject), require.ClientReferencesPushFallback),
		fault("fallback-never-attach", "attach does not update the referrers tag",
			Only("attach", OnAnswer(PutManifest.And(HasSubject), subject)), require.ClientReferencesPushFallback),
		fault("fallback-never-push", "push does not update the referrers tag",
			Only("push", OnAnswer(PutManifest.And(HasSubject), subject)), require.ClientReferencesPushFallback),
		fault("fallback-never-existing", "a referrers tag that exists is not updated",
			updating(Chain(unconfirmed, SkipsFoundList)), require.ClientReferencesPushFallback),
		fault("fallback-only-read", "the list of referrers is read, but not pushed",
			updating(Chain(unconfirmed, Skip(PutManifest.And(ByReferrersTag), 201))), require.ClientReferencesPushFallback, require.ClientReferencesPushAppend, require.ClientReferencesPushSameTag),
		fault("fallback-other-replaced", "a referrers tag that is no index is replaced",
			updating(OnAnswer(GetManifest.And(ByReferrersTag), On(200, Unless(AnIndex, Status(404))))), require.ClientReferencesPushOtherContent),
		fault("fallback-image-replaced", "a referrers tag that is an image is replaced",
			updating(OnAnswer(GetManifest.And(ByReferrersTag), If(Says(`"layers"`), Status(404)))), require.ClientReferencesPushOtherContent),
		fault("fallback-missing-fails", "a referrers tag that is missing makes a push fail",
			updating(FailsOn(GetManifest.And(ByReferrersTag), WithStatus(404))), require.ClientReferencesPushMissingTag, require.ClientReferencesPushFallback),
		fault("fallback-missing-skipped", "a referrers tag is updated only if it is there",
			updating(Chain(unconfirmed, SkipsMissingList)), require.ClientReferencesPushMissingTag, require.ClientReferencesPushFallback),
		fault("fallback-unread", "the list of referrers is pushed without a look at what there is",
			updating(Chain(unconfirmed, Skip(GetManifest.And(ByReferrersTag), 404))), require.ClientReferencesPushListed),
		fault("fallback-race", "the list of referrers is not protected against other writers",
			Chain(unconfirmed, With(func(h *client.Habits) { h.Unconditional = true })), require.ClientReferencesPushTwoWriters),
		fault("fallback-second-tag", "the updated list is pushed to a tag of its own",
			updating(Chain(unconfirmed, OnRequest(PutManifest.And(ByReferrersTag), Reference(func(r string) string { return r + "-2" })))), require.ClientReferencesPushSameTag),
		fault("fallback-by-digest", "the updated list is pushed by its digest",
			updating(Chain(unconfirmed, ListByDigest)), require.ClientReferencesPushSameTag, require.ClientReferencesPushFallback),
	}
}

var unconfirmed = With(func(h *client.Habits) { h.Unconfirmed = true })

func addFaults() []Fault {
	keep := func(kept func(ocispec.Descriptor, ocispec.Descriptor) bool) Change {
		return adding(func(l *client.List, d ocispec.Descriptor) bool {
			if slices.Contains(l.Digests(), d.Digest) {
				return false
			}
			for _, other := range l.Descriptors() {
				if !kept(other, d) {
					l.Remove(other.Digest)
				}
			}
			return l.Append(d)
		})
	}
	return []Fault{
		fault("list-duplicate", "a referrer that is listed already is listed again",
			adding(func(l *client.List, d ocispec.Descriptor) bool { return l.Append(d) }), require.ClientReferencesPushDuplicate),
		fault("list-duplicate-not-last", "a referrer is listed again if it is not the last entry",
			adding(func(l *client.List, d ocispec.Descriptor) bool {
				all := l.Digests()
				return (len(all) == 0 || all[len(all)-1] != d.Digest) && l.Append(d)
			}), require.ClientReferencesPushDuplicate),
		fault("list-replaced", "the list has the new referrer only",
			adding(func(l *client.List, d ocispec.Descriptor) bool { l.Entries = nil; return l.Append(d) }), require.ClientReferencesPushAppend),
		fault("list-same-type-replaced", "a new referrer replaces those of the same artifact type",
			keep(func(other, d ocispec.Descriptor) bool { return other.ArtifactType != d.ArtifactType }), require.ClientReferencesPushAppend),
		fault("list-other-type-lost", "referrers of other artifact types are lost from the list",
			keep(func(other, d ocispec.Descriptor) bool { return other.ArtifactType == d.ArtifactType }), require.ClientReferencesPushAppend),
		fault("list-indexes-lost", "indexes are lost from the list",
			keep(func(other, _ ocispec.Descriptor) bool { return other.MediaType == ocispec.MediaTypeImageManifest }), require.ClientReferencesPushAppend),
		fault("list-entries-stripped", "the other entries of the list lose their artifactType and annotations",
			adding(func(l *client.List, d ocispec.Descriptor) bool {
				if slices.Contains(l.Digests(), d.Digest) {
					return false
				}
				for _, other := range l.Descriptors() {
					l.Remove(other.Digest)
					l.Append(ocispec.Descriptor{MediaType: other.MediaType, Digest: other.Digest, Size: other.Size})
				}
				return l.Append(d)
			}), require.ClientReferencesPushAppend),
		fault("list-subject-appended", "the list gets the subject instead of the referrer",
			Chain(unconfirmed, entry(func(d *ocispec.Descriptor, m client.Manifest) { *d = *m.Subject })), require.ClientReferencesPushAppend),
	}
}

func entryFaults() []Fault {
	return []Fault{
		fault("entry-no-artifact-type", "the entries of the list have no artifactType",
			entry(func(d *ocispec.Descriptor, _ client.Manifest) { d.ArtifactType = "" }), require.ClientReferencesPushArtifactType),
		fault("entry-config-type-always", "the entries of the list have the type of the config as artifactType",
			entry(func(d *ocispec.Descriptor, m client.Manifest) {
				if m.Config != nil {
					d.ArtifactType = m.Config.MediaType
				}
			}), require.ClientReferencesPushArtifactType),
		fault("entry-no-config-type", "the entry of an image without artifactType has none, either",
			entry(func(d *ocispec.Descriptor, m client.Manifest) { d.ArtifactType = m.ArtifactType }), require.ClientReferencesPushConfigType),
		fault("entry-unknown-type", "the entry of an image without artifactType has the artifactType unknown",
			entry(func(d *ocispec.Descriptor, m client.Manifest) {
				if m.ArtifactType == "" {
					d.ArtifactType = "application/vnd.unknown.artifact.v1"
				}
			}), require.ClientReferencesPushConfigType),
		fault("entry-no-annotations", "the entries of the list have no annotations",
			entry(func(d *ocispec.Descriptor, _ client.Manifest) { d.Annotations = nil }), require.ClientReferencesPushAnnotations),
		fault("entry-some-annotations", "the entries of the list have the annotations of image-spec only",
			entry(func(d *ocispec.Descriptor, m client.Manifest) {
				d.Annotations = map[string]string{}
				for name, value := range m.Annotations {
					if strings.HasPrefix(name, "org.opencontainers.") && name != ocispec.AnnotationDescription {
						d.Annotations[name] = value
					}
				}
			}), require.ClientReferencesPushAnnotations),
		fault("entry-no-size", "the entries of the list have the size 0",
			entry(func(d *ocispec.Descriptor, _ client.Manifest) { d.Size = 0 }), require.ClientReferencesListContent),
		fault("entry-no-media-type", "the entries of the list have no mediaType",
			entry(func(d *ocispec.Descriptor, _ client.Manifest) { d.MediaType = "" }), require.ClientReferencesListContent),
		fault("entry-index-type", "the entries of the list are called indexes",
			entry(func(d *ocispec.Descriptor, _ client.Manifest) { d.MediaType = ocispec.MediaTypeImageIndex }), require.ClientReferencesListContent),
	}
}

func listFaults() []Fault {
	none, _ := json.Marshal(ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{}})
	empty := AnswerBody(ocispec.MediaTypeImageIndex, string(none))
	all := Break(func(r *client.Rules) {
		right := r.Select
		r.Select = func(d []ocispec.Descriptor, _ string) []ocispec.Descriptor { return right(d, "") }
	})
	return []Fault{
		fault("referrers-404-none", "a 404 of the referrers API is taken for no referrers",
			Only("referrers", OnAnswer(ListReferrers, On(404, Status(200), empty))), require.ClientReferencesListFallback),
		fault("referrers-failure-none", "a failure of the referrers API is taken for no referrers",
			Only("referrers", OnAnswer(ListReferrers, On(500, Status(200), empty))), require.ClientReferencesListFailure),
		fault("referrers-page-failure-ignored", "a page of referrers that cannot be got is taken for the last one",
			Only("referrers", OnAnswer(ListReferrers.And(FurtherPage), On(500, Status(200), empty))), require.ClientReferencesListFailure),
		fault("referrers-of-tag", "the referrers API is asked about a tag",
			Only("referrers", func(o *client.Options) {
				if tag := o.Step.Reference; !strings.Contains(tag, ":") {
					OnRequest(ListReferrers, Reference(func(string) string { return tag }))(o)
				}
			}), require.ClientReferencesListDigest),
		fault("referrers-404-fails", "a 404 of the referrers API makes the client fail",
			Only("referrers", FailsOn(ListReferrers, WithStatus(404))), require.ClientReferencesListFallback),
		fault("referrers-none-fails", "a referrers tag that is missing makes the client fail",
			Only("referrers", FailsOn(GetManifest.And(ByReferrersTag), WithStatus(404))), require.ClientReferencesListNone),
		fault("referrers-other-fails", "a referrers tag that is no list makes the client fail",
			Only("referrers", FailsOn(GetManifest.And(ByReferrersTag), NoList)), require.ClientReferencesListNone),
		fault("referrers-tag-only", "the referrers API is not asked",
			Only("referrers", Skip(ListReferrers, 404)), require.ClientReferencesListApi),
		fault("referrers-filter-trusted", "referrers are not selected if the registry did not filter",
			all, require.ClientReferencesListUnfiltered),
		fault("referrers-filter-missing-empty", "an answer without OCI-Filters-Applied is taken for no referrers",
			OnAnswer(ListReferrers.And(WithQuery("artifactType")), Unless(Having("OCI-Filters-Applied"), On(200, empty))), require.ClientReferencesListUnfiltered),
		fault("referrers-empty-page-last", "an empty page of referrers is taken for the last one",
			OnAnswer(ListReferrers, If(Says(`"manifests":[]`), NoHeader("Link"))), require.ClientReferencesListPages),
		fault("referrers-first-page", "only the first page of referrers is listed",
			OnAnswer(ListReferrers, NoHeader("Link")), require.ClientReferencesListPages),
		fault("referrers-two-pages", "only the first two pages of referrers are listed",
			Later(2, ListReferrers, OnAnswer(ListReferrers, NoHeader("Link"))), require.ClientReferencesListPages),
		fault("referrers-twice", "a referrer that is listed twice is printed twice",
			Break(func(r *client.Rules) {
				right := r.Select
				r.Select = func(all []ocispec.Descriptor, artifactType string) []ocispec.Descriptor {
					var chosen []ocispec.Descriptor
					for i := range all {
						chosen = append(chosen, right(all[i:i+1], artifactType)...)
					}
					return chosen
				}
			}), require.ClientReferencesListDuplicates),
	}
}

func removeFaults() []Fault {
	remove := func(f func(l *client.List, gone digest.Digest) bool) Change {
		return Break(func(r *client.Rules) { r.Remove = f })
	}
	return []Fault{
		fault("delete-forgotten", "a manifest is not deleted, and the client says nothing",
			Only("delete", Skip(DeleteManifest, 202)), require.ClientReferencesDeleteReferrer),
		fault("delete-list-kept", "a deleted referrer stays in the list",
			Only("delete", OnAnswer(ListReferrers, Status(200))), require.ClientReferencesDeleteList),
		fault("delete-list-unread", "after a deletion, the referrers API is not asked, and the list is kept",
			Only("delete", Skip(ListReferrers, 200)), require.ClientReferencesDeleteList),
		fault("delete-list-only-read", "after a deletion, the list is read, but not pushed",
			Only("delete", Chain(unconfirmed, Skip(PutManifest.And(ByReferrersTag), 201))), require.ClientReferencesDeleteList),
		fault("delete-list-emptied", "when a referrer is deleted, the list is emptied",
			remove(func(l *client.List, _ digest.Digest) bool { l.Entries = nil; return true }), require.ClientReferencesDeleteOthers),
		fault("delete-list-first", "when a referrer is deleted, the first entry is removed, too",
			remove(func(l *client.List, gone digest.Digest) bool {
				removed := l.Remove(gone)
				if len(l.Entries) > 0 {
					l.Entries = l.Entries[1:]
				}
				return removed
			}), require.ClientReferencesDeleteOthers),
		fault("delete-list-first-entry", "when a referrer is deleted that is in the list twice, only the first entry is removed",
			remove(func(l *client.List, gone digest.Digest) bool {
				at := slices.Index(l.Digests(), gone)
				if at < 0 {
					return false
				}
				l.Entries = slices.Delete(l.Entries, at, at+1)
				return true
			}), require.ClientReferencesDeleteList),
		fault("delete-list-tag", "when a referrer is deleted, the referrers tag is deleted, too",
			Only("delete", Chain(unconfirmed, OnRequest(PutManifest.And(ByReferrersTag), Deletion))), require.ClientReferencesDeleteOthers),
	}
}

func referrersTagFaults() []Fault {
	return []Fault{
		fault("referrers-tag-no-algorithm", "the referrers tag is the encoded part of the digest",
			tagging(func(right string, _ digest.Digest) string { return right[strings.Index(right, "-")+1:] }), require.ClientReferencesTagSchema),
		fault("referrers-tag-underscore", "the referrers tag has an underscore after the algorithm",
			tagging(func(right string, _ digest.Digest) string { return strings.Replace(right, "-", "_", 1) }), require.ClientReferencesTagSchema),
		fault("referrers-tag-suffix", "the referrers tag ends with .sig",
			tagging(func(right string, _ digest.Digest) string { return right + ".sig" }), require.ClientReferencesTagSchema),
		fault("referrers-tag-short", "the referrers tag has 12 digits of the digest",
			tagging(func(right string, _ digest.Digest) string { return right[:strings.Index(right, "-")+13] }), require.ClientReferencesTagSchema),
		fault("referrers-tag-upper-case", "the referrers tag is in upper case",
			tagging(func(right string, _ digest.Digest) string { return strings.ToUpper(right) }), require.ClientReferencesTagSchema),
		fault("referrers-tag-whole", "the referrers tag has the whole digest, also of SHA-512",
			tagging(func(_ string, d digest.Digest) string { return strings.Replace(d.String(), ":", "-", 1) }), require.ClientReferencesTagEncoded, require.ClientPullTagLength),
		fault("referrers-tag-cut-at-63", "the referrers tag has 63 digits of the digest",
			tagging(func(right string, _ digest.Digest) string { return right[:len(right)-1] }), require.ClientReferencesTagSchema, require.ClientReferencesTagEncoded),
	}
}
