package pull

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// gzipped is a blob whose content is already compressed, like most layers.
func gzipped() fixtures.Blob {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(fixtures.NewBlob(suite.Nonce(), 600).Data) // writing to a buffer cannot fail
	_ = w.Close()
	return fixtures.BlobOf(b.Bytes())
}

// encodings are the values of Accept-Encoding to try.
var encodings = []string{"gzip", "identity"}

func accepting(encoding string) wire.Option { return wire.WithHeader("Accept-Encoding", encoding) }

// decoded is the content for a client that decodes it as Content-Encoding says. wrong
// is the reason if it cannot be decoded.
func decoded(ex *wire.Exchange, accepted string) (data []byte, wrong string) {
	coding := strings.ToLower(ex.Header.Get("Content-Encoding"))
	switch coding {
	case "", "identity":
		return ex.Body, ""
	case "gzip", "x-gzip":
	default:
		return nil, "Content-Encoding: " + coding
	}
	if accepted != "gzip" {
		return nil, "Content-Encoding: " + coding + ", which was not accepted"
	}
	reader, err := gzip.NewReader(bytes.NewReader(ex.Body))
	if err == nil {
		data, err = io.ReadAll(reader)
	}
	if err != nil {
		return nil, fmt.Sprintf("Content-Encoding: %s, and a body that cannot be decoded (%v)", coding, err)
	}
	return data, ""
}

// expectEncoded sends a request with each Accept-Encoding and judges that the decoded
// content is the pushed content. The message names each wrong response. plain ends the
// spec if a GET without Accept-Encoding is wrong, too.
func expectEncoded(ctx SpecContext, want []byte, request func(context.Context, ...wire.Option) *wire.Exchange, plain func()) {
	requests := make([]func(context.Context) *wire.Exchange, len(encodings))
	for i, value := range encodings {
		requests[i] = func(ctx context.Context) *wire.Exchange { return request(ctx, accepting(value)) }
	}
	var wrongs []string
	var shown *wire.Exchange
	for i, pull := range suite.AtOnce(ctx, requests...) {
		data, wrong := decoded(pull, encodings[i])
		switch {
		case pull.Err != nil:
			wrong = pull.Err.Error()
		case pull.Status != http.StatusOK:
			wrong = "status " + wire.StatusText(pull.Status)
		case wrong == "" && !bytes.Equal(data, want):
			wrong = fmt.Sprintf("%d other bytes, Content-Encoding: %q", len(data), pull.Header.Get("Content-Encoding"))
		}
		if wrong != "" {
			copied := *pull
			copied.Err, shown = nil, &copied
			wrongs = append(wrongs, "with Accept-Encoding: "+encodings[i]+": "+wrong)
		}
	}
	if shown == nil {
		return
	}
	plain()
	Expect(shown).To(Check("the bytes that were pushed, encoded only as Accept-Encoding allows and Content-Encoding says",
		func(*wire.Exchange) (string, bool) { return strings.Join(wrongs, "; "), false }))
}

var _ = Describe("Pulling with Accept-Encoding", func() {
	It("returns a blob as it was pushed", require.PullBlobGetBytes, func(ctx SpecContext) {
		repo, blob := suite.StoredBlob(ctx, 512)
		expectEncoded(ctx, blob.Data, func(ctx context.Context, options ...wire.Option) *wire.Exchange {
			return repo.GetBlob(ctx, blob.Digest.String(), options...)
		}, func() { needPlain(ctx, repo, blob) })
	})
	It("returns a manifest as it was pushed", require.PullManifestGetBytes, func(ctx SpecContext) {
		repo, image, tag := suite.TaggedImage(ctx)
		expectEncoded(ctx, image.Data, func(ctx context.Context, options ...wire.Option) *wire.Exchange {
			return repo.GetManifest(ctx, tag, options...)
		}, func() {
			pull := repo.GetManifest(ctx, tag)
			need200(pull, require.PullManifestGetStatus)
			if !pull.Is(image.Data) {
				suite.Blocked(require.PullManifestGetBytes, pull, "a GET without Accept-Encoding returns other bytes, too")
			}
		})
	})
	// The specification asks for the size of the uploaded content, not for the size of
	// an encoded response.
	It("returns the size of a blob in the response to HEAD", require.PullBlobHeadLength, func(ctx SpecContext) {
		repo, blob := suite.StoredBlob(ctx, 333)
		head := repo.HeadBlob(ctx, blob.Digest.String(), accepting("gzip"))
		need200(head, require.PullBlobHeadStatus)
		if ok, _ := haveLength(len(blob.Data)).Match(head); !ok {
			needSmallHead(ctx)
		}
		Expect(head).To(haveLength(len(blob.Data)))
	})
})

// The layers of images are compressed. A proxy must not treat this as an encoding.
var _ = Describe("Pulling a blob that is compressed itself", func() {
	It("returns the bytes that were pushed", require.PullBlobGetBytes, func(ctx SpecContext) {
		repo, blob := suite.Repo(ctx), gzipped()
		repo.PushBlob(ctx, blob)
		pulls := suite.AtOnce(ctx,
			func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, blob.Digest.String()) },
			func(ctx context.Context) *wire.Exchange {
				return repo.GetBlob(ctx, blob.Digest.String(), accepting("gzip"))
			},
		)
		for i, accepted := range []string{"", "gzip"} {
			data, wrong := decoded(pulls[i], accepted)
			if wrong == "" && bytes.Equal(data, blob.Data) && pulls[i].Err == nil {
				continue
			}
			small, text := suite.StoredBlob(ctx, 512)
			plain := suite.Must(small.GetBlob(ctx, text.Digest.String(), accepting(accepted)), require.PullBlobGetStatus)
			if data, wrong := decoded(plain, accepted); wrong != "" || !bytes.Equal(data, text.Data) {
				suite.Blocked(require.PullBlobGetBytes, plain, "a blob of text is returned changed, too")
			}
			Expect(suite.Must(pulls[i], require.PullBlobGetStatus)).To(HaveBody(blob.Data))
		}
	})
})
