package management

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// disabled says that a delete returned a status with which a registry says that it
// does not delete such content.
func disabled(ex *wire.Exchange) bool {
	return ex.Status == http.StatusBadRequest || ex.Status == http.StatusMethodNotAllowed
}

// unsupportedStatus says that a delete returned a status which means that deleting
// is not implemented or not allowed.
func unsupportedStatus(ex *wire.Exchange) bool {
	return disabled(ex) || ex.Status == http.StatusNotImplemented || ex.Status == http.StatusForbidden || ex.Status == http.StatusUnauthorized
}

// expectDisabled judges how a registry says that it does not delete. A 401 or 403
// for a login that may not delete says nothing about that.
func expectDisabled(del *wire.Exchange) {
	if del.Status == http.StatusUnauthorized || errors.Is(del.Err, wire.ErrCredentials) || del.Status == http.StatusForbidden && del.Request.Auth != "" {
		suite.NotApplicable("the login has no permission to delete")
	}
	Expect(del).To(HaveStatus(http.StatusBadRequest, http.StatusMethodNotAllowed))
}

// needDeleted ends the spec unless the delete succeeded.
func needDeleted(del *wire.Exchange, f suite.Feature, by require.ID) {
	if unsupportedStatus(del) {
		suite.FeatureMissing(f, "the delete returned "+wire.StatusText(del.Status))
	}
	suite.Must(del, by)
}

// expectGone judges that a request for deleted content returned 404. If not, it
// calls unknown, which ends the spec if content that never existed gets no 404, too.
func expectGone(ctx SpecContext, answer *wire.Exchange, unknown func(context.Context)) {
	if answer.Status != http.StatusNotFound {
		unknown(ctx)
	}
	Expect(answer).To(HaveStatus(http.StatusNotFound))
}

// headUnknown ends the spec unless HEAD of a reference that does not exist returns
// 404.
func headUnknown(repo *suite.Repository, missing string) func(context.Context) {
	return func(ctx context.Context) {
		if head := repo.HeadManifest(ctx, missing); head.Status != http.StatusNotFound {
			suite.Blocked(require.PullManifestHeadUnknown, head, "HEAD of a manifest that does not exist does not return 404, either")
		}
	}
}

// expectLeft judges that a pull by a reference still returned the manifest.
func expectLeft(ctx SpecContext, repo *suite.Repository, pull *wire.Exchange, reference string, m fixtures.Manifest) {
	if !pull.OK() || string(pull.Body) != string(m.Data) {
		repo.ControlTag(ctx)
	}
	Expect(pull).To(Check("success (any 2xx status) and the manifest that was pushed, by "+reference, func(ex *wire.Exchange) (string, bool) {
		return fmt.Sprintf("status %s, %d bytes", wire.StatusText(ex.Status), ex.BodySize), ex.OK() && string(ex.Body) == string(m.Data)
	}))
}

// expectUntouched judges that what the registry says it does not delete is still
// there. If it is not, control ends the spec if ordinary content is not there, either.
func expectUntouched(ctx SpecContext, del, pull *wire.Exchange, control func(context.Context)) {
	if !disabled(del) {
		return
	}
	if !pull.OK() {
		control(ctx)
	}
	Expect(pull).To(Check("success (any 2xx status), as the delete returned "+wire.StatusText(del.Status), func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), ex.OK()
	}))
}

// anew is what came of pushing again what was deleted. Both are nil if it was not
// deleted.
type anew struct{ push, pull *wire.Exchange }

// expectBack judges that what was pushed again can be pulled.
func (a anew) expectBack(data []byte) {
	if a.push == nil || !a.push.OK() {
		suite.NotApplicable("the registry refuses the new push")
	}
	Expect(a.pull).To(Check("success (any 2xx status) and what was pushed", func(ex *wire.Exchange) (string, bool) {
		return fmt.Sprintf("status %s, %d bytes", wire.StatusText(ex.Status), ex.BodySize), ex.OK() && ex.Is(data)
	}))
}
