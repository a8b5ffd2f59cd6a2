package push

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// formatted returns the manifest with unusual white space, keys, numbers and escapes, an
// unknown field, and newlines at the end.
func formatted(m fixtures.Manifest) fixtures.Manifest {
	text := strings.Replace(string(m.Data), "{", "{\n\t \"org.example.unknown\": {\"b\": 1.0e2, \"c\":12345678901234, \"a\": \"\\u00e9\\u003c\\/\"},", 1) + "\n\n"
	m.Data = []byte(text)
	m.Digest = digest.FromBytes(m.Data)
	return m
}

// A registry might normalise white space, the order of keys, numbers, escapes, unknown
// fields, or a newline at the end.
var _ = Describe("Pushing a manifest with unusual JSON formatting", func() {
	It("stores it byte for byte", require.PushManifestBytes, func(ctx SpecContext) {
		repo, image := suite.Repo(ctx), formatted(fixtures.NewImage(suite.Nonce()))
		repo.PushContent(ctx, image)
		tag := suite.Tag()
		var compact bytes.Buffer
		if json.Compact(&compact, image.Data) == nil { // a registry might take it for the same manifest
			repo.PutManifest(ctx, fixtures.BlobOf(compact.Bytes()).Digest.String(), image.MediaType, compact.Bytes())
		}
		suite.Must(repo.PutManifest(ctx, tag, image.MediaType, image.Data), require.PushManifestStatus)
		pull := suite.Must(repo.GetManifest(ctx, tag), require.PullManifestGetStatus)
		if string(pull.Body) != string(image.Data) {
			needOrdinaryTag(ctx)
			if field := withUnknownField(); suite.Judging(ctx) != field.by {
				if other, broken := field.isBroken(ctx, repo); broken {
					suite.Blocked(field.by, other, "a manifest with an unknown field is refused or changed, too")
				}
			}
		}
		Expect(pull).To(HaveBody(image.Data))
	})
	// Registries read more of these, and might store what they have read.
	It("stores it byte for byte, also if it is an artifact or an index", require.PushManifestBytes, func(ctx SpecContext) {
		repo, subject := ownSubject(ctx)
		_, other := ownSubject(ctx) // a registry may have room for one referrer of each
		_, child, _ := suite.TaggedImage(ctx)
		var (
			attach  = fixtures.WithSubject(other.Descriptor())
			typed   = fixtures.WithArtifactType(suite.MediaType("+type"))
			plain   = []fixtures.Manifest{attached(subject), fixtures.NewImage(suite.Nonce(), typed), fixtures.NewIndex(suite.Nonce(), nil, typed, attach), fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{child})}
			answers = make([][]*wire.Exchange, len(plain))
			steps   []func(context.Context)
		)
		for _, m := range plain[:2] {
			repo.PushContent(ctx, m)
		}
		for i, m := range plain {
			steps = append(steps, func(ctx context.Context) {
				odd, tag := formatted(m), suite.Tag()
				answers[i] = []*wire.Exchange{repo.PutManifest(ctx, tag, odd.MediaType, odd.Data), repo.GetManifest(ctx, tag), repo.GetManifest(ctx, odd.Digest.String())}
			})
		}
		suite.Concurrently(ctx, steps...)
		for i, m := range plain {
			odd := formatted(m)
			for _, pull := range answers[i][1:] {
				if !answers[i][0].OK() || !isKept(pull, odd) {
					needPlain(ctx, repo, m, answers[i][0])
				}
				Expect(pull).To(beKept(odd))
			}
		}
	})
})

// needPlain ends the spec if the registry does not keep the manifest as it was before its
// formatting was changed, or refuses to take the unknown field.
func needPlain(ctx SpecContext, repo *suite.Repository, plain fixtures.Manifest, put *wire.Exchange) {
	needOrdinary(ctx)
	if plain.MediaType == ocispec.MediaTypeImageIndex && len(plain.Children) == 0 {
		if other, broken := (suspect{m: fixtures.NewIndex(suite.Nonce(), nil)}).isBroken(ctx, repo); broken {
			suite.Blocked(require.PushIndexEmpty, other, "an empty index is refused or changed, too")
		}
	}
	if other, broken := (suspect{m: plain}).isBroken(ctx, repo); broken {
		suite.Blocked(keptBy(plain), other, "the manifest is refused or changed with ordinary formatting, too")
	}
	pushOrdinary(ctx, suite.Tag(), plain).need()
	field := withUnknownField()
	if other, broken := field.isBroken(ctx, repo); broken {
		suite.Blocked(field.by, other, "a manifest with an unknown field is refused or changed, too")
	}
	suite.Must(put, require.PushManifestStatus)
}

// keptBy is the requirement to keep a manifest of this kind.
func keptBy(m fixtures.Manifest) require.ID {
	switch {
	case m.Subject != nil:
		return require.PushSubjectArtifact
	case len(m.Children) > 0:
		return require.PullManifestGetBytes
	}
	return require.PushTypeUnknownArtifact
}
