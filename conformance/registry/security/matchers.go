package security

import (
	"github.com/onsi/gomega/types"

	. "assay/conformance/matchers"
	"assay/wire"
)

// notBeTaken wants a request not to succeed, with whichever status; that the
// server does not fail over it is judged elsewhere (errors.semantics).
func notBeTaken() types.GomegaMatcher {
	return Check("a refusal", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), !ex.OK()
	})
}
