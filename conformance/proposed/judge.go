package proposed

import (
	"context"
	"fmt"
	"strings"

	. "assay/conformance/matchers"
	"assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/internal/proposal"
	"assay/wire"
)

// judge carries out the exchanges of a requirement, once for each of its texts, and
// judges them.
func (s *Set) judge(ctx context.Context, r proposal.Requirement) {
	texts := r.Each
	if len(texts) == 0 {
		texts = []string{""}
	}
	for _, each := range texts {
		x := s.begin(ctx, each)
		x.carryOut(ctx, r.Exchanges)
		for _, g := range r.Given {
			holds, received := s.Holds(ctx, g.If, x.env, x.names)
			switch {
			case holds:
			case g.By == "":
				suite.NotApplicable(g.Why)
			default:
				suite.Blocked(requirements.ID(s.Full(g.By)), x.about(g.If), "%s is %s", g.If, received)
			}
		}
		for _, condition := range r.Expect {
			x.expect(ctx, condition)
		}
	}
}

// expect judges a condition.
func (x *situation) expect(ctx context.Context, condition string) {
	ex := x.about(condition)
	if ex == nil {
		suite.NotApplicable("the requirement has no exchange that can be judged")
	}
	Expect(ex).To(Check(condition, func(other *wire.Exchange) (string, bool) {
		env := x.env
		if other != ex { // the script of a finding has to find the same in another answer
			replaced := map[string]proposal.Response{}
			for name, asked := range x.asked {
				if asked == ex {
					replaced[name] = responseOf(other)
				}
			}
			env = variables(x.env, replaced)
		}
		holds, received := x.set.Holds(ctx, condition, env, x.names)
		return fmt.Sprintf("%s (%s)", received, other.StatusAndReason()), holds
	}))
}

// about is the exchange that a condition is about: the last one that it names.
func (x *situation) about(condition string) *wire.Exchange {
	for i := len(x.names) - 1; i >= 0; i-- {
		if strings.Contains(condition, x.names[i]+".") {
			return x.asked[x.names[i]]
		}
	}
	return x.last()
}
