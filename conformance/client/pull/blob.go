package pull

import (
	"fmt"
	"strings"

	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

// layer chooses the answers with the last layer.
func layer(p *stage.Played) Which {
	return func(ex *traffic.Exchange) bool {
		return ex.Is("GET", behaviour.Blobs) && ex.Accepted() && ex.Name == scenarios.Layer(p.Content).Digest.String()
	}
}

// anyBlob chooses the answers with a blob.
func anyBlob(ex *traffic.Exchange) bool { return ex.Is("GET", behaviour.Blobs) && ex.Accepted() }

// rejectsLayer judges that a client that got the layer failed.
func rejectsLayer(ctx SpecContext, s *stage.Scenario, what string) {
	p := Play(ctx, s)
	Rejects(ctx, s, layer(p), what)
}

var _ = Describe("Pulling a blob", func() {
	It("rejects a layer with another digest", require.ClientPullBlobDigest, func(ctx SpecContext) {
		rejectsLayer(ctx, scenarios.BlobCorrupted, "a layer with another digest")
	})
	It("rejects a config with another digest", require.ClientPullBlobDigest, func(ctx SpecContext) {
		p := Play(ctx, scenarios.ConfigCorrupted)
		config := p.Content.Image.Blobs[0].Digest.String()
		Rejects(ctx, scenarios.ConfigCorrupted, func(ex *traffic.Exchange) bool { return anyBlob(ex) && ex.Name == config }, "a config with another digest")
	})
	It("rejects a layer that is shorter", require.ClientPullBlobTruncated, func(ctx SpecContext) {
		rejectsLayer(ctx, scenarios.BlobTruncated, "half of a layer")
	})
	It("rejects a layer that is longer", require.ClientPullBlobLonger, func(ctx SpecContext) {
		rejectsLayer(ctx, scenarios.BlobRepeated, "a layer that is longer than its descriptor says")
	})
	It("does not use a wrong Docker-Content-Digest", require.ClientPullBlobDigestHeader, func(ctx SpecContext) {
		unused(Play(ctx, scenarios.BlobWrongHeader))
	})
	It("rejects other content with a wrong Docker-Content-Digest", require.ClientPullBlobDigestHeader, func(ctx SpecContext) {
		Presume(require.ClientPullBlobDigest, "the client does not check the digests of layers", func() { rejectsLayer(ctx, scenarios.BlobCorrupted, "a layer with another digest") })
		rejectsLayer(ctx, scenarios.BlobSwapped, "other content with a wrong Docker-Content-Digest")
	})
	It("rejects a layer of another host with another digest", require.ClientPullBlobDigest, func(ctx SpecContext) {
		rejectsLayer(ctx, scenarios.BlobElsewhereCorrupted, "a layer with another digest from another host")
	})
	It("rejects a large layer with another digest", require.ClientPullBlobDigest, func(ctx SpecContext) {
		rejectsLayer(ctx, scenarios.LargeBlobCorrupted, "a large layer with another digest")
	})
	It("rejects a layer with another digest than its SHA-512 digest", require.ClientPullBlobDigest, func(ctx SpecContext) {
		rejectsLayer(ctx, scenarios.SHA512BlobCorrupted, "a layer with another SHA-512 digest")
	})
	It("rejects a layer of an image in an index with another digest", require.ClientPullBlobDigest, func(ctx SpecContext) {
		p := Play(ctx, scenarios.IndexBlobCorrupted)
		blobs := p.Content.Image.Children[0].Blobs
		last := blobs[len(blobs)-1].Digest.String()
		Rejects(ctx, scenarios.IndexBlobCorrupted, func(ex *traffic.Exchange) bool { return anyBlob(ex) && ex.Name == last }, "a layer with another digest")
	})
	It("rejects a blob of an unknown type with another digest", require.ClientPullBlobDigest, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.CopyUnknownTypes, require.ClientPullManifestUnknownTypes)
		rejectsLayer(ctx, scenarios.UnknownBlobCorrupted, "a blob with another digest")
		// The registry of a copy refuses the blob, too.
		if p := Play(ctx, scenarios.PulledUnknownBlobCorrupted); Find(p, layer(p)) != nil {
			rejectsLayer(ctx, scenarios.PulledUnknownBlobCorrupted, "a blob with another digest")
		}
	})
	It("rejects a layer with another digest whose connection broke", require.ClientPullBlobDigest, func(ctx SpecContext) {
		rejectsLayer(ctx, scenarios.BlobResumedCorrupted, "a layer with another digest")
	})
	It("stops if the blob does not end", require.ClientPullBlobEndless, func(ctx SpecContext) {
		p := Play(ctx, scenarios.BlobEndless)
		ex := Find(p, layer(p))
		if ex == nil {
			Unsupported("the client did not ask for the layer")
		}
		size := scenarios.Layer(p.Content).Size()
		expected := fmt.Sprintf("an end after the %d bytes of the layer", size)
		Expected(p, ex.BodySize < scenarios.EndlessSent, ex, expected, "%d bytes were taken", ex.BodySize)
	})
})

var _ = Describe("Content with the right digest", func() {
	It("is rejected if a layer is longer than its descriptor says", require.ClientPullDescriptorSize, func(ctx SpecContext) {
		Presume(require.ClientPullBlobLonger, "the client does not reject longer layers", func() { rejectsLayer(ctx, scenarios.BlobRepeated, "a longer layer") })
		rejectsLayer(ctx, scenarios.LayerSizeLess, "a layer that is longer than its descriptor says")
	})
	It("is rejected if a layer is shorter than its descriptor says", require.ClientPullDescriptorSize, func(ctx SpecContext) {
		Presume(require.ClientPullBlobTruncated, "the client does not reject shorter layers", func() { rejectsLayer(ctx, scenarios.BlobTruncated, "a shorter layer") })
		rejectsLayer(ctx, scenarios.LayerSizeMore, "a layer that is shorter than its descriptor says")
	})
	It("is rejected if the manifest of an index is longer than its descriptor says", require.ClientPullDescriptorSize, func(ctx SpecContext) {
		p := Play(ctx, scenarios.ChildSizeLess)
		child := p.Content.Image.Children[0].Digest.String()
		if index := Find(p, Named("GET", behaviour.Manifests, p.Content.Image.Digest.String())); index != nil {
			Unsupported("the client did not use the index of the tag")
		}
		Rejects(ctx, scenarios.ChildSizeLess, func(ex *traffic.Exchange) bool { return getManifest(ex) && ex.Name == child }, "a manifest that is longer than its descriptor says")
	})
	It("is rejected if a config is longer than its descriptor says", require.ClientPullDescriptorSize, func(ctx SpecContext) {
		p := Play(ctx, scenarios.ConfigSizeLess)
		config := p.Content.Image.Blobs[0].Digest.String()
		Rejects(ctx, scenarios.ConfigSizeLess, func(ex *traffic.Exchange) bool { return anyBlob(ex) && ex.Name == config }, "a config that is longer than its descriptor says")
	})
})

var _ = Describe("The data of a descriptor", func() {
	It("is not used if it is other content", require.ClientPullDescriptorData, func(ctx SpecContext) {
		p := Play(ctx, scenarios.DataOther)
		left := p.Steps[0].Pulled
		if !p.Steps[0].Done() {
			return // it was noticed
		}
		if left == nil {
			Unsupported("the client leaves no layout")
		}
		Expected(p, len(left.Wrong) == 0, Find(p, getManifest), "a failure, or a layout with the right content", "wrong content under %v", left.Wrong)
	})
})

var _ = Describe("Content that is not there", func() {
	It("is reported if it is the manifest", require.ClientPullMissing, func(ctx SpecContext) {
		failed(Play(ctx, scenarios.ManifestMissing), "a failure of the client, whose manifest is not there")
	})
	It("is reported if it is a layer", require.ClientPullMissing, func(ctx SpecContext) {
		failed(Play(ctx, scenarios.BlobMissing), "a failure of the client, which lacks a layer")
	})
})

// failed judges that the client did not say that it is done.
func failed(p *stage.Played, expected string) {
	refused := Find(p, func(ex *traffic.Exchange) bool { return ex.Status == 404 })
	if refused == nil {
		Unsupported("the client did not ask for what is not there")
	}
	Expected(p, !p.Steps[0].Done(), refused, expected, "exit 0")
}

var _ = Describe("A broken connection", func() {
	It("is not taken for the end of a layer", require.ClientPullBlobReset, func(ctx SpecContext) {
		p := Play(ctx, scenarios.BlobOftenReset)
		first := Find(p, layer(p))
		if first == nil {
			Unsupported("the client did not ask for the layer")
		}
		whole := Find(p, func(ex *traffic.Exchange) bool { return layer(p)(ex) && !ex.Broken })
		Expected(p, whole != nil || !p.Steps[0].Done(), first, "a failure of the client, which got a part of a layer", "exit 0")
	})
	It("is followed by a request for what is missing, or for all", require.ClientPullBlobResume, func(ctx SpecContext) {
		p := Play(ctx, scenarios.BlobReset)
		first := Find(p, layer(p))
		if first == nil || !first.Broken {
			Unsupported("the client did not ask for the layer")
		}
		resumed := false
		for _, ex := range All(p, layer(p)) {
			from, ok := rangeFrom(ex)
			if ex == first || !ok {
				continue
			}
			resumed = true
			has := first.BodySize
			if start, isPart := rangeFrom(first); isPart {
				has += start
			}
			if _, isPart := rangeFrom(first); !isPart {
				Expected(p, from <= has, ex, fmt.Sprintf("a Range that begins at %d or before", has), "Range: %s", ex.Request.Header.Get("Range"))
			}
		}
		if !resumed {
			Unsupported("the client did not resume the layer")
		}
		Expected(p, p.Steps[0].Done(), first, "exit 0 after the rest of the layer came", "exit %d", p.Steps[0].Exit)
		if p.Steps[0].Pulled != nil {
			Expected(p, len(p.Steps[0].Pulled.Wrong) == 0, first, "a layout with the whole layer", "wrong content under %v", p.Steps[0].Pulled.Wrong)
		}
	})
})

// rangeFrom is the first byte of the Range of a request.
func rangeFrom(ex *traffic.Exchange) (from int64, ok bool) {
	value, ok := strings.CutPrefix(ex.Request.Header.Get("Range"), "bytes=")
	if !ok {
		return 0, false
	}
	_, err := fmt.Sscanf(value, "%d-", &from)
	return from, err == nil
}
