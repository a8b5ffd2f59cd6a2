package references

import (
	"slices"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

// update is a push of an artifact, and the update of the referrers tag that follows.
type update struct {
	*stage.Played
	subject  digest.Digest
	artifact *traffic.Exchange // the push of the artifact
	list     *traffic.Exchange // the push of the list; nil if there is none
	document traffic.Document
	entry    *traffic.Descriptor // of the artifact, in the list; nil if there is none
}

// updated plays the scenario. The spec is blocked if the client pushes nothing with a
// subject.
func updated(p *stage.Played, subject digest.Digest) update {
	u := update{Played: p, subject: subject}
	for _, ex := range p.All {
		doc, ok := ex.Document()
		switch {
		case !ok:
		case doc.Subject != nil && doc.Subject.Digest == subject.String() && ex.Accepted():
			u.artifact = ex
		case doc.Subject == nil && doc.Manifests != nil && !ex.ByDigest():
			u.list, u.document = ex, doc
		}
	}
	if u.artifact == nil {
		Unsupported("the client pushed no manifest with the image as its subject")
	}
	for i, e := range u.document.Manifests {
		if e.Digest == digest.FromBytes(u.artifact.Sent).String() || e.Digest == u.artifact.Name {
			u.entry = &u.document.Manifests[i]
		}
	}
	return u
}

// tag is where the list belongs.
func (u update) tag() string { return scenarios.ReferrersTag(u.subject) }

// mustList ends the spec if the client pushed no list, or to a wrong tag.
func (u update) mustList() update {
	if u.list == nil {
		Blocked(require.ClientReferencesPushFallback, u.artifact, "the client does not update the referrers tag")
	}
	if u.list.Name != u.tag() {
		Blocked(require.ClientReferencesTagSchema, u.list, "the client pushed the list to another tag")
	}
	return u
}

// mustName ends the spec if the client did not ask for the referrers tag, and names
// referrers tags in another way when it pushes.
func mustName(ctx SpecContext, p *stage.Played, tag string) {
	var u update
	if Find(p, Named("GET HEAD PUT", behaviour.Manifests, tag)) != nil || Caught(func() { u = written(ctx) }) {
		return
	}
	if u.list != nil && u.list.Name != u.tag() {
		Blocked(require.ClientReferencesTagSchema, u.list, "the client names the referrers tag in another way")
	}
}

// mustEntry ends the spec if the artifact is not in the list.
func (u update) mustEntry() update {
	if u.mustList().entry == nil {
		Blocked(require.ClientReferencesPushAppend, u.list, "the artifact is not in the list")
	}
	return u
}

func attached(ctx SpecContext, s *stage.Scenario) update {
	p := Play(ctx, s)
	return updated(p, p.Content.Image.Digest)
}

// pushed is attached for an artifact that was in a layout.
func pushed(ctx SpecContext, s *stage.Scenario) update {
	p := Play(ctx, s)
	return updated(p, p.Content.Image.Subject.Digest)
}

// written are the ways in which an artifact with a subject comes to a registry without
// the API: each spec takes the first one that the client has.
func written(ctx SpecContext) update {
	var u update
	if Caught(func() { u = attached(ctx, scenarios.AttachByTag) }) {
		u = pushed(ctx, scenarios.PushArtifact)
	}
	return u
}

var _ = Describe("Attaching an artifact", func() {
	It("works with the API", require.ClientReferencesPushApi, func(ctx SpecContext) {
		p := Succeeds(ctx, scenarios.PlainAttach)
		got := p.ListedReferrers(p.Content.Image.Digest.String())
		Expected(p, len(got) > 0, Last(p), "a referrer of the image", "exit 0, and no referrer")
	})
	It("updates the referrers tag if there is no OCI-Subject", require.ClientReferencesPushFallback, func(ctx SpecContext) {
		u := written(ctx)
		Expected(u.Played, u.list != nil, u.artifact, "a PUT of the tag "+u.tag(), "none")
	})
	It("updates the referrers tag after a push of an artifact", require.ClientReferencesPushFallback, func(ctx SpecContext) {
		u := pushed(ctx, scenarios.PushArtifact)
		Expected(u.Played, u.list != nil, u.artifact, "a PUT of the tag "+u.tag(), "none")
	})
	It("updates the referrers tag after a push of an index", require.ClientReferencesPushFallback, func(ctx SpecContext) {
		u := pushed(ctx, scenarios.PushIndexArtifact)
		Expected(u.Played, u.list != nil, u.artifact, "a PUT of the tag "+u.tag(), "none")
	})
	It("updates a referrers tag that exists", require.ClientReferencesPushFallback, func(ctx SpecContext) {
		written(ctx).mustList()
		u := attached(ctx, scenarios.AttachOthers)
		Expected(u.Played, u.list != nil, u.artifact, "a PUT of the tag "+u.tag(), "none")
	})
	It("names the referrers tag by the digest of the subject", require.ClientReferencesTagSchema, func(ctx SpecContext) {
		u := written(ctx)
		if u.list == nil {
			Blocked(require.ClientReferencesPushFallback, u.artifact, "the client does not update the referrers tag")
		}
		if u.list.Name != u.tag() && Find(u.Played, Named("GET", behaviour.Manifests, u.tag())) != nil {
			Blocked(require.ClientReferencesPushSameTag, u.list, "the client looked at another tag than it pushed to")
		}
		Expected(u.Played, u.list.Name == u.tag(), u.list, "the tag "+u.tag(), "the tag %s", u.list.Name)
	})
	It("cuts the encoded part of the referrers tag after 64 characters", require.ClientReferencesTagEncoded, func(ctx SpecContext) {
		written(ctx).mustList()
		u := attached(ctx, scenarios.AttachSHA512)
		Expected(u.Played, u.list != nil, u.artifact, "a PUT of the tag "+u.tag(), "none, and exit %d", u.Steps[0].Exit)
		Expected(u.Played, u.list.Name == u.tag(), u.list, "the tag "+u.tag(), "the tag %s", u.list.Name)
	})
	It("begins with an empty list if there is no tag", require.ClientReferencesPushMissingTag, func(ctx SpecContext) {
		u := written(ctx).mustList()
		if Caught(u.described) {
			Blocked(require.ClientReferencesListContent, u.list, "the client describes the artifact wrongly")
		}
		Expected(u.Played, u.Steps[0].Done(), u.list, "exit 0", "exit %d", u.Steps[0].Exit)
		Expected(u.Played, u.entry == nil || len(u.document.Manifests) == 1, u.list, "a list of one entry", "%d entries", len(u.document.Manifests))
	})
	It("looks at the list first", require.ClientReferencesPushListed, func(ctx SpecContext) {
		u := attached(ctx, scenarios.AttachOthers).mustList()
		for _, ex := range u.All {
			if ex == u.list {
				break
			}
			if ex.Is("GET", behaviour.Manifests) && ex.Name == u.tag() {
				return
			}
		}
		// By its digest is as good, if HEAD told the digest.
		if Find(u.Played, func(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Manifests) && ex.Name == listDigest(u) }) == nil {
			NotKept(u.Played, u.list, "a GET of the list before the PUT", "a PUT without one")
		}
	})
	It("keeps the other entries, and adds its own", require.ClientReferencesPushAppend, func(ctx SpecContext) {
		u := attached(ctx, scenarios.AttachOthers).mustList()
		if Caught(func() { looked(u) }) {
			Blocked(require.ClientReferencesPushListed, u.list, "the client did not look at the list")
		}
		Expected(u.Played, u.entry != nil, u.list, "an entry of the artifact", "none")
		for _, other := range digests(u.Played) {
			Expected(u.Played, lists1(u.document, other), u.list, "the entries that were there", "no entry %s", other)
		}
		if changed := changedEntry(u); changed != "" {
			NotKept(u.Played, u.list, "the entries that were there, as they were", "another entry %s", changed)
		}
	})
	It("does not replace a list that it cannot read", require.ClientReferencesPushAppend, func(ctx SpecContext) {
		attached(ctx, scenarios.AttachByTag).mustList()
		p := Play(ctx, scenarios.AttachListFails)
		put := Find(p, Named("PUT", behaviour.Manifests, scenarios.ReferrersTag(p.Content.Image.Digest)))
		data, _ := p.Manifest(scenarios.ReferrersTag(p.Content.Image.Digest))
		doc, _ := traffic.Read(data)
		if put != nil && Find(p, Named("GET HEAD", behaviour.Manifests, put.Name)) == nil {
			Blocked(require.ClientReferencesPushListed, put, "the client did not look at the list")
		}
		for _, other := range digests(p) {
			Expected(p, lists1(doc, other), put, "the entries that were there", "no entry %s", other)
		}
	})
	It("reports a failure if the tag is no list, and leaves the tag", require.ClientReferencesPushOtherContent, func(ctx SpecContext) {
		attached(ctx, scenarios.AttachByTag).mustList()
		p := Play(ctx, scenarios.AttachTagImage)
		tag := scenarios.ReferrersTag(p.Content.Image.Digest)
		put := Find(p, Named("PUT", behaviour.Manifests, tag))
		if put != nil && Find(p, Named("GET", behaviour.Manifests, tag)) == nil {
			Blocked(require.ClientReferencesPushListed, put, "the client did not look at the list")
		}
		Expected(p, put == nil, put, "no PUT of the tag", "a PUT of the tag")
		Expected(p, !p.Steps[0].Done(), Last(p), "a failure of the client", "exit 0")
	})
	It("pushes the list to the tag that it looked at", require.ClientReferencesPushSameTag, func(ctx SpecContext) {
		u := attached(ctx, scenarios.AttachOthers)
		if u.list == nil {
			Blocked(require.ClientReferencesPushFallback, u.artifact, "the client does not update the referrers tag")
		}
		if Find(u.Played, Named("GET HEAD", behaviour.Manifests, u.tag())) == nil {
			Blocked(require.ClientReferencesTagSchema, u.list, "the client did not look at the referrers tag")
		}
		Expected(u.Played, u.list.Name == u.tag(), u.list, "the tag "+u.tag(), "the tag %s", u.list.Name)
	})
	It("keeps both of two artifacts of the same time", require.ClientReferencesPushTwoWriters, func(ctx SpecContext) {
		attached(ctx, scenarios.AttachByTag).mustEntry()
		p := Play(ctx, scenarios.AttachTwice)
		data, _ := p.Manifest(scenarios.ReferrersTag(p.Content.Image.Digest))
		doc, _ := traffic.Read(data)
		for _, ex := range p.All {
			if sent, ok := ex.Document(); ok && sent.Subject != nil && ex.Accepted() {
				d := digest.FromBytes(ex.Sent).String()
				Expected(p, lists1(doc, d) || !done(p), ex, "both artifacts in the list", "no entry %s", d)
			}
		}
	})
})

func done(p *stage.Played) bool {
	return !slices.ContainsFunc(p.Steps, func(t stage.Taken) bool { return !t.Done() })
}

func lists1(doc traffic.Document, d string) bool {
	return slices.ContainsFunc(doc.Manifests, func(e traffic.Descriptor) bool { return e.Digest == d })
}

// listDigest is the digest of the list that the registry had.
func listDigest(u update) string { return u.Held[len(u.Held)-1].Digest.String() }

// looked judges that the client asked for the list before it pushed one.
func looked(u update) {
	before := u.All[:slices.Index(u.All, u.list)]
	if !slices.ContainsFunc(before, func(ex *traffic.Exchange) bool {
		return ex.Is("GET", behaviour.Manifests) && (ex.Name == u.tag() || ex.Name == listDigest(u))
	}) {
		NotKept(u.Played, u.list, "a GET of the list before the PUT", "a PUT without one")
	}
}
