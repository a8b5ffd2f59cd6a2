package management

import (
	"context"
	"errors"
	"net/http"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/wire"
)

// deletion is a delete of pushed content, and its results.
type deletion struct {
	feature suite.Feature
	by      require.ID // the requirement on the status of the delete

	del        *wire.Exchange
	get, head  *wire.Exchange // of the deleted content
	push, pull *wire.Exchange // of the same content again; nil if the delete did not succeed
}

// disabled says that the delete returned a status by which a registry says that it does
// not delete such content.
func (d deletion) disabled() bool {
	return d.del.Status == http.StatusBadRequest || d.del.Status == http.StatusMethodNotAllowed
}

// unsupported says that the delete returned a status which means that deleting is not
// implemented or not allowed.
func (d deletion) unsupported() bool {
	switch d.del.Status {
	case http.StatusNotImplemented, http.StatusForbidden, http.StatusUnauthorized:
		return true
	}
	return d.disabled()
}

// needSupported ends the spec if the delete is not supported.
func (d deletion) needSupported() {
	if d.unsupported() {
		suite.FeatureMissing(d.feature, "the delete returned "+wire.StatusText(d.del.Status))
	}
}

// needDeleted ends the spec unless the delete succeeded.
func (d deletion) needDeleted() {
	d.needSupported()
	suite.Must(d.del, d.by)
}

// expectAccepted judges the status of a delete that the registry supports.
func (d deletion) expectAccepted() {
	d.needSupported()
	Expect(d.del).To(HaveStatus(http.StatusAccepted))
}

// expectDisabled judges how a registry says that it does not support the delete. The
// content must still exist afterwards. If it does not, control ends the spec if
// ordinary content is gone, too. A 401 or 403 for a login without the right to delete
// says nothing about support.
func (d deletion) expectDisabled(ctx context.Context, control func(context.Context)) {
	if !d.unsupported() {
		suite.NeedUnsupported(ctx, d.feature)
	}
	if d.del.Status == http.StatusUnauthorized || errors.Is(d.del.Err, wire.ErrCredentials) || d.del.Status == http.StatusForbidden && d.del.Request.Auth != "" {
		suite.NotApplicable("the login has no permission to delete")
	}
	Expect(d.del).To(HaveStatus(http.StatusBadRequest, http.StatusMethodNotAllowed))
	if !d.get.OK() {
		control(ctx)
	}
	Expect(d.get).To(Check("success (any 2xx status), as the delete returned "+wire.StatusText(d.del.Status), func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), ex.OK()
	}))
}
