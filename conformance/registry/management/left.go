package management

import (
	"context"
	"fmt"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/wire"
)

// request is a request for remaining content. It is sent together with others.
type request = func(context.Context) *wire.Exchange

func get(repo *suite.Repository, reference string) request {
	return func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, reference) }
}

func head(repo *suite.Repository, reference string) request {
	return func(ctx context.Context) *wire.Exchange { return repo.HeadManifest(ctx, reference) }
}

func getBlob(repo *suite.Repository, digest string) request {
	return func(ctx context.Context) *wire.Exchange { return repo.GetBlob(ctx, digest) }
}

func headBlob(repo *suite.Repository, digest string) request {
	return func(ctx context.Context) *wire.Exchange { return repo.HeadBlob(ctx, digest) }
}

// look requests the deleted content and, at the same time, other content. It returns
// the exchanges for the other content.
func (d *deletion) look(ctx context.Context, get, head request, others ...request) []*wire.Exchange {
	left := suite.AtOnce(ctx, append([]request{get, head}, others...)...)
	d.get, d.head = left[0], left[1]
	return left[2:]
}

// expectGone judges that a request for deleted content returned 404. If not, it
// calls unknown, which ends the spec if content that never existed gets no 404, too.
func expectGone(ctx context.Context, answer *wire.Exchange, unknown func(context.Context)) {
	if answer.Status != http.StatusNotFound {
		unknown(ctx)
	}
	Expect(answer).To(HaveStatus(http.StatusNotFound))
}

// headUnknown ends the spec unless a HEAD of content that does not exist returns 404.
// by is the requirement that is broken otherwise.
func headUnknown(missing request, by require.ID) func(context.Context) {
	return func(ctx context.Context) {
		if head := missing(ctx); head.Status != http.StatusNotFound {
			suite.Blocked(by, head, "HEAD of what does not exist does not return 404, either")
		}
	}
}

// expectContent judges that a pull returned these bytes; what names them in the
// message. If it did not, control ends the spec if ordinary content cannot be pulled,
// either.
func expectContent(ctx context.Context, pull *wire.Exchange, data []byte, what string, control func(context.Context)) {
	kept := pull.OK() && pull.Is(data)
	if !kept {
		control(ctx)
	}
	Expect(pull).To(Check("success (any 2xx status) and "+what, func(ex *wire.Exchange) (string, bool) {
		return fmt.Sprintf("status %s, %d bytes", wire.StatusText(ex.Status), ex.BodySize), kept
	}))
}
