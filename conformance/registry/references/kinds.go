package references

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// artifact makes an image manifest with an artifactType, as most referrers are. All
// images that are made here use the blobs of their subject.
func artifact(opts ...fixtures.Option) making {
	return func(subject fixtures.Manifest) []fixtures.Manifest {
		opts := optionsFor(subject, "application/vnd.example.assay.config.v1+json", opts)
		return []fixtures.Manifest{fixtures.NewArtifact(suite.Nonce(), suite.MediaType("+type"), opts...)}
	}
}

// configured makes an image without an artifactType, with a config media type.
func configured(opts ...fixtures.Option) making {
	return func(subject fixtures.Manifest) []fixtures.Manifest {
		return []fixtures.Manifest{fixtures.NewImage(suite.Nonce(), optionsFor(subject, suite.MediaType("+config"), opts)...)}
	}
}

// withEmptyType is an image that has an artifactType, which is an empty string.
func withEmptyType(subject fixtures.Manifest) fixtures.Manifest {
	return configured()(subject)[0].Edit(func(doc map[string]any) { doc["artifactType"] = "" })
}

// index makes an index with an artifactType; untyped makes one without.
func index(opts ...fixtures.Option) making {
	return untyped(append([]fixtures.Option{fixtures.WithArtifactType(suite.MediaType("+type"))}, opts...)...)
}

func untyped(opts ...fixtures.Option) making {
	return func(subject fixtures.Manifest) []fixtures.Manifest {
		return []fixtures.Manifest{fixtures.NewIndex(suite.Nonce(), nil, optionsFor(subject, "", opts)...)}
	}
}

func optionsFor(subject fixtures.Manifest, config string, opts []fixtures.Option) []fixtures.Option {
	all := []fixtures.Option{fixtures.WithSubject(subject.Descriptor())}
	if len(subject.Blobs) > 0 {
		all = append(all, fixtures.WithConfig(subject.Blobs[0].As(config)), fixtures.WithLayers(subject.Blobs[1:]...))
	}
	return append(all, opts...)
}

// withoutSharedBlobs removes from each referrer the blobs that are already pushed:
// with the subject, or with a referrer before it.
func withoutSharedBlobs(subject fixtures.Manifest, referrers []fixtures.Manifest) []fixtures.Manifest {
	there := map[digest.Digest]bool{}
	for _, b := range subject.Blobs {
		there[b.Digest] = true
	}
	for i := range referrers {
		referrers[i].Blobs = slices.DeleteFunc(slices.Clone(referrers[i].Blobs), func(b fixtures.Blob) bool {
			was := there[b.Digest]
			there[b.Digest] = true
			return was
		})
	}
	return referrers
}

// together makes the referrers of all parts.
func together(parts ...making) making {
	return func(subject fixtures.Manifest) []fixtures.Manifest {
		var all []fixtures.Manifest
		for _, part := range parts {
			all = append(all, part(subject)...)
		}
		return all
	}
}

// eachKind makes a referrer of each kind.
func eachKind(opts ...fixtures.Option) making {
	return together(artifact(opts...), configured(opts...), index(opts...), untyped(opts...))
}

// emptied makes an artifact without content, as the specification of images shows it: its
// config and its only layer are the empty blob.
func emptied(opts ...fixtures.Option) making {
	return func(subject fixtures.Manifest) []fixtures.Manifest {
		empty := fixtures.BlobOf(ocispec.DescriptorEmptyJSON.Data).As(ocispec.MediaTypeEmptyJSON)
		return artifact(append(slices.Clone(opts), fixtures.WithConfig(empty), fixtures.WithLayers(empty))...)(subject)
	}
}

// artifacts makes n artifacts.
func artifacts(n int, opts ...fixtures.Option) making {
	return func(subject fixtures.Manifest) []fixtures.Manifest {
		var all []fixtures.Manifest
		for range n {
			all = append(all, artifact(opts...)(subject)...)
		}
		return all
	}
}

// hasType says whether the manifest itself has an artifactType.
func hasType(m fixtures.Manifest) bool {
	var doc struct {
		ArtifactType string `json:"artifactType"`
	}
	return json.Unmarshal(m.Data, &doc) == nil && doc.ArtifactType != ""
}

// unusualAnnotations are many. Some have long names or values, and some have text that
// software might read as something else. Signatures and certificates are as long.
func unusualAnnotations() fixtures.Option {
	all := map[string]string{
		"org.example.long":                           strings.Repeat("0123456789abcdef", 256), // 4096 characters
		"org.example." + strings.Repeat("name.", 60): "long name",
		"org.example.Upper/Case_and-more":            "Upper Case",
		"org.example.markup":                         "<a href=\"https://example.com/?a=1&b=2\">'x'</a>",
		"org.example.lines":                          "one\ntwo\r\n\tthree",
		"org.example.spaces":                         "  two at both ends  ",
		"org.example.number":                         "1.0e3",
		"org.example.boolean":                        "true",
		"org.example.null":                           "null",
		"org.example.json":                           `{"a":["b"]}`,
		"org.example.escapes":                        `\u00e9 %41 &amp; \\`,
		"org.example.letters":                        "日本語 – Ωмега 😀",
		"plain":                                      "no domain",
	}
	for i := range 40 {
		all[fmt.Sprintf("org.example.many.%d", i)] = strconv.Itoa(i)
	}
	return fixtures.WithAnnotations(all)
}

func isIndex(m fixtures.Manifest) bool { return m.MediaType == ocispec.MediaTypeImageIndex }

// property is a property of a manifest that its list entry must show.
type property struct {
	title string
	by    require.ID
	of    func(fixtures.Manifest) bool // says which manifests have it
	read  func(ocispec.Descriptor) string
}

func artifactTypeOf(d ocispec.Descriptor) string {
	if d.ArtifactType == "" {
		return "no artifactType"
	}
	return fmt.Sprintf("artifactType %q", d.ArtifactType)
}

// hasEmptyType says whether the entry for a manifest has an artifactType that is an empty
// string. It is not the same as none.
func hasEmptyType(page *wire.Exchange, m fixtures.Manifest) bool {
	var index struct {
		Manifests []struct {
			Digest       digest.Digest `json:"digest"`
			ArtifactType *string       `json:"artifactType"`
		} `json:"manifests"`
	}
	_ = page.JSON(&index) // another spec judges the form
	for _, d := range index.Manifests {
		if d.Digest == m.Digest && d.ArtifactType != nil && *d.ArtifactType == "" {
			return true
		}
	}
	return false
}

var properties = []property{
	{"the size and media type of each referrer", require.ReferencesListDescriptor,
		func(fixtures.Manifest) bool { return true },
		func(d ocispec.Descriptor) string { return fmt.Sprintf("%s of %d bytes", d.MediaType, d.Size) }},
	{"the artifactType of each referrer that has one", require.ReferencesListArtifactType, hasType, artifactTypeOf},
	{"the config's media type of each image without artifactType", require.ReferencesListConfigType,
		func(m fixtures.Manifest) bool { return !isIndex(m) && !hasType(m) }, artifactTypeOf},
	{"no artifactType for an index without one", require.ReferencesListIndexNoType,
		func(m fixtures.Manifest) bool { return isIndex(m) && !hasType(m) }, artifactTypeOf},
	{"the annotations of each referrer", require.ReferencesListAnnotations,
		func(fixtures.Manifest) bool { return true },
		func(d ocispec.Descriptor) string { return fmt.Sprintf("annotations %q", d.Annotations) }},
}

// judge expects the entries on the pages to have the property.
func (p property) judge(pages []*wire.Exchange, referrers []fixtures.Manifest) {
	for _, page := range pages {
		list := referrersOf(page)
		for _, r := range referrers {
			d := find(list, r)
			if d == nil || !p.of(r) {
				continue
			}
			want, got := p.read(r.Referrer()), p.read(*d)
			if p.by == require.ReferencesListIndexNoType && hasEmptyType(page, r) {
				got = `artifactType ""`
			}
			if want != got {
				p.needTypes(pages, referrers, isIndex(r))
			}
			Expect(page).To(Check(want+" in the entry for "+r.Digest.String(), func(*wire.Exchange) (string, bool) { return got, got == want }))
		}
	}
}

// needTypes ends a spec about manifests without an artifactType if manifests of the
// same kind with an artifactType are listed with a wrong one, too.
func (p property) needTypes(pages []*wire.Exchange, referrers []fixtures.Manifest, indexes bool) {
	if p.by != require.ReferencesListConfigType && p.by != require.ReferencesListIndexNoType {
		return
	}
	for _, page := range pages {
		for _, r := range referrers {
			d := find(referrersOf(page), r)
			if d != nil && hasType(r) && isIndex(r) == indexes && d.ArtifactType != r.ArtifactType {
				suite.Blocked(require.ReferencesListArtifactType, page, "manifests with an artifactType are listed with a wrong artifactType, too")
			}
		}
	}
}
