package downlevel

import (
	"context"
	"slices"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
)

// way is a way to attach artifacts to an image.
type way struct {
	title    string
	versions []require.Version
	// attach makes artifacts. before are the artifacts that were attached in other
	// ways.
	attach func(image fixtures.Manifest, before []artifact) []artifact
}

// artifact is an artifact that is attached to an image.
type artifact struct {
	fixtures.Manifest
	title     string
	reference string // the tag or digest for its push and pull
	own       []part
	goes      bool // it is deleted while the image exists
	watched   bool // it is requested after each step
}

// part is a blob of an artifact that the image does not have. of begins its title.
type part struct {
	of string
	fixtures.Blob
}

func asDigest(title string, m fixtures.Manifest) artifact {
	return artifact{Manifest: m, title: title, reference: m.Digest.String()}
}

const referrersTag = "a referrers tag"

var (
	withSubjects    = []require.Version{require.V1_1, require.Draft}
	withoutSubjects = []require.Version{require.V1_0}
)

// ways lists the ways to attach artifacts. A registry of version 1.0 knows no subject.
var ways = []way{
	{"a subject in an image manifest", withSubjects, func(image fixtures.Manifest, _ []artifact) []artifact {
		// Both have the empty config, as artifacts of ORAS do.
		empty, content := fixtures.WithConfig(fixtures.Empty()), fixtures.NewBlob(suite.Nonce(), 64)
		sharing := asDigest("an artifact that shares its layers with the image and with another artifact", newArtifact(image, empty, fixtures.WithLayers(layerOf(image), content)))
		sharing.reference, sharing.goes = suite.Tag(), true
		own := asDigest("an artifact", newArtifact(image, empty, fixtures.WithLayers(content)))
		own.own, own.watched = []part{{configsOf, fixtures.Empty()}, {blobsOf, content}}, true
		return []artifact{sharing, own}
	}},
	{"a subject in an index", withSubjects, func(image fixtures.Manifest, _ []artifact) []artifact {
		index := asDigest("an index with a subject", fixtures.NewIndex(suite.Nonce(), nil, typed(), subject(image)))
		index.goes = true
		return []artifact{index}
	}},
	{"a layer that an artifact shares", withoutSubjects, func(image fixtures.Manifest, _ []artifact) []artifact {
		sharing := asDigest("an artifact that shares a layer with the image", fixtures.NewImage(suite.Nonce(), fixtures.WithLayers(layerOf(image))))
		sharing.reference, sharing.goes = suite.Tag(), true
		return []artifact{sharing}
	}},
	{"cosign's tag", require.Versions(), func(image fixtures.Manifest, _ []artifact) []artifact {
		signature := asDigest("a signature under cosign's tag", fixtures.NewImage(suite.Nonce()))
		signature.reference, signature.watched = mechanisms.FallbackTag(image.Digest)+".sig", true
		return []artifact{signature}
	}},
	{referrersTag, withSubjects, func(image fixtures.Manifest, before []artifact) []artifact {
		var made []artifact
		if !slices.ContainsFunc(before, func(a artifact) bool { return a.Subject != nil }) {
			made = append(made, asDigest("an artifact that the referrers tag lists", newArtifact(image)))
		}
		var listed []fixtures.Manifest
		for _, a := range slices.Concat(before, made) {
			if a.Subject != nil {
				listed = append(listed, a.Manifest)
			}
		}
		tag := asDigest("the list under the referrers tag", fixtures.NewIndex(suite.Nonce(), listed))
		tag.reference = mechanisms.FallbackTag(image.Digest)
		return append(made, tag)
	}},
}

// waysOf lists the ways for the version of the run. Clients push a referrers tag if
// there is no referrers API.
func waysOf(ctx context.Context) []way {
	if proposed := suite.ProposedWay(ctx); proposed != nil {
		return []way{{proposed.Title, require.Versions(), func(image fixtures.Manifest, _ []artifact) []artifact {
			return proposedArtifacts(proposed.Attach(image), proposed.Attach(image))
		}}}
	}
	return slices.DeleteFunc(slices.Clone(ways), func(w way) bool {
		return !slices.Contains(w.versions, suite.Version(ctx)) || w.title == referrersTag && suite.Has(ctx, suite.Referrers)
	})
}

func newArtifact(image fixtures.Manifest, opts ...fixtures.Option) fixtures.Manifest {
	return fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), append(opts, subject(image))...)
}

func typed() fixtures.Option { return fixtures.WithArtifactType(suite.MediaType("+type")) }

func subject(image fixtures.Manifest) fixtures.Option {
	return fixtures.WithSubject(image.Descriptor())
}

func configOf(image fixtures.Manifest) fixtures.Blob { return image.Blobs[0] }

func layerOf(image fixtures.Manifest) fixtures.Blob { return image.Blobs[1] }

func lastLayerOf(image fixtures.Manifest) fixtures.Blob { return image.Blobs[len(image.Blobs)-1] }

// proposedArtifacts are those of one way, made twice. The first stay. Of the second, the
// last one is deleted while the image exists, if it has no tag: what has a tag is the same
// each time.
func proposedArtifacts(stay, second []suite.Pushed) []artifact {
	var made []artifact
	for _, p := range stay {
		made = append(made, artifact{Manifest: p.Manifest, title: p.Title, reference: p.Reference, watched: true})
	}
	if slices.ContainsFunc(stay, func(p suite.Pushed) bool { return p.Reference != p.Digest.String() }) {
		return made
	}
	for i, p := range second {
		made = append(made, artifact{Manifest: p.Manifest, title: "another: " + p.Title, reference: p.Reference, goes: i == len(second)-1})
	}
	return made
}
