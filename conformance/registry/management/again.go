package management

import (
	"context"

	. "assay/conformance/matchers"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// pushAgain pushes the deleted content again, and pulls it.
func (d *deletion) pushAgain(ctx context.Context, push, pull request) {
	if d.del.OK() {
		d.push = push(ctx)
		d.pull = pull(ctx)
	}
}

func put(repo *suite.Repository, reference string, m fixtures.Manifest) request {
	return func(ctx context.Context) *wire.Exchange {
		return repo.PutManifest(ctx, reference, m.MediaType, m.Data)
	}
}

// expectAllowedAgain judges that the registry accepts the new push. If it does not,
// control ends the spec if it refuses ordinary content, too.
func (d deletion) expectAllowedAgain(ctx context.Context, control func(context.Context)) {
	d.needDeleted()
	if !d.push.OK() {
		control(ctx)
	}
	Expect(d.push).To(BeAccepted())
}

// expectBack judges that the content can be pulled after the new push. If it cannot,
// control ends the spec if ordinary content cannot be pushed and pulled, either.
func (d deletion) expectBack(ctx context.Context, data []byte, control func(context.Context)) {
	d.needDeleted()
	if !d.push.OK() {
		suite.NotApplicable("the registry refuses the new push")
	}
	expectContent(ctx, d.pull, data, "what was pushed", control)
}
