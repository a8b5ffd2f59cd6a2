package client

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/wire"
)

// referrers prints the digests of the referrers of an image, those of one artifact type
// if the step names one (distribution-spec, "Listing Referrers").
func (c *client) referrers(ctx context.Context, r *remote) error {
	subject, ok := known(c.Step.Reference)
	if !ok && isDigest(c.Step.Reference) {
		subject = digest.Digest(c.Step.Reference)
	} else if !ok {
		m, err := r.manifest(ctx, c.Step.Reference, nil)
		if err != nil {
			return err
		}
		subject = m.Digest
	}
	found, err := r.listReferrers(ctx, subject)
	if err != nil {
		return err
	}
	for _, d := range c.Select(found, c.Step.ArtifactType) {
		fmt.Fprintln(c.out, d.Digest)
	}
	return nil
}

// listReferrers lists the referrers by the API, or by the referrers tag where the
// registry does not have the API. A registry may have left the filter aside, so the
// caller selects again.
func (r *remote) listReferrers(ctx context.Context, subject digest.Digest) ([]ocispec.Descriptor, error) {
	u := r.at("referrers/" + subject.String())
	if r.Step.ArtifactType != "" && !r.NoFilter {
		u = wire.AddQuery(u, "artifactType", r.Step.ArtifactType)
	}
	first := r.ask(ctx, wire.EndReferrers, http.MethodGet, u, toPull)
	if noReferrers(first) {
		return r.taggedReferrers(ctx, subject)
	}
	var all []ocispec.Descriptor
	_, err := r.pages(ctx, first, func(page *wire.Exchange) error {
		list, err := parseList(page.Body, page.MediaType())
		if err != nil {
			return fmt.Errorf("the list of referrers: %w", err)
		}
		all = append(all, list.Descriptors()...)
		return nil
	})
	return all, err
}

// noReferrers says that the registry does not have the referrers API. Those that do not
// know the path answer 404; some refuse it as a method.
func noReferrers(ex *wire.Exchange) bool {
	return missing(ex) || ex.Err == nil && ex.Status == http.StatusMethodNotAllowed
}

// taggedReferrers reads the list under the referrers tag. Without a valid list, there are
// no referrers.
func (r *remote) taggedReferrers(ctx context.Context, subject digest.Digest) ([]ocispec.Descriptor, error) {
	ex := r.getManifest(ctx, r.ReferrersTag(subject), "")
	if missing(ex) {
		return nil, nil
	}
	if !ex.OK() {
		return nil, refusal(ex)
	}
	list, err := parseList(ex.Body, ex.MediaType())
	if err != nil {
		return nil, nil
	}
	return list.Descriptors(), nil
}

// attach pushes a file as an artifact whose subject is the image.
func (c *client) attach(ctx context.Context, r *remote) error {
	content, err := os.ReadFile(c.Step.File)
	if err != nil {
		return err
	}
	subject, err := r.manifest(ctx, c.Step.Reference, nil)
	if err != nil {
		return err
	}
	title := filepath.Base(c.Step.File)
	about := subject.Descriptor()
	file := ocispec.Descriptor{
		MediaType: "application/octet-stream", Digest: digest.FromBytes(content), Size: int64(len(content)),
		Annotations: map[string]string{ocispec.AnnotationTitle: title},
	}
	empty := ocispec.DescriptorEmptyJSON
	artifact := ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest, ArtifactType: c.Step.ArtifactType,
		Config: ocispec.Descriptor{MediaType: empty.MediaType, Digest: empty.Digest, Size: empty.Size},
		Layers: []ocispec.Descriptor{file}, Subject: &about,
		Annotations: map[string]string{ocispec.AnnotationTitle: title, ocispec.AnnotationDescription: "attached to " + c.Step.Repository},
	}
	c.Attached(&artifact)
	if err := r.upload(ctx, artifact.Config, empty.Data); err != nil {
		return err
	}
	if err := r.upload(ctx, file, content); err != nil {
		return err
	}
	m, err := packed(artifact)
	if err != nil {
		return err
	}
	_, err = r.putManifest(ctx, m, m.Digest.String())
	return err
}
