package suite

import (
	"encoding/json"
	"fmt"

	"github.com/onsi/ginkgo/v2"

	"assay/conformance/matchers"
	"assay/conformance/requirements"
	"assay/wire"
)

// judgement is how a spec ended where it was not by passing. It travels as a
// report entry, so that the report knows more than a message.
type judgement struct {
	Kind      string `json:"kind"`
	Message   string `json:"message"`
	Expected  string `json:"expected,omitempty"`
	Received  string `json:"received,omitempty"`
	BlockedBy string `json:"blockedBy,omitempty"`
	exchange  *wire.Exchange
}

const (
	kindFinding     = "finding"
	kindUnsupported = "unsupported"
	kindBlocked     = "blocked"
	kindError       = "error"
	kindSkipped     = "skipped"

	entryJudgement = "assay judgement"
)

// fail takes the failure of an assertion. Whether it is a failure, a warning
// or an observation follows from the requirement's level, later.
func fail(message string, skip ...int) {
	offset := 1
	if len(skip) > 0 {
		offset += skip[0]
	}
	j := judgement{Kind: kindFinding, Message: message}
	if m := matchers.TakeMismatch(); m != nil {
		j.Expected, j.Received, j.exchange = m.Expected, m.Received, m.Exchange
		j.Message = fmt.Sprintf("%s: expected %s, received %s", m.Exchange, m.Expected, m.Received)
		if m.Exchange != nil && m.Exchange.Err != nil && !reachable() {
			j.Kind = kindError
		}
	}
	record(j)
	ginkgo.Fail(message, offset)
}

// Blocked ends the spec: it cannot be judged because the exchange that it
// builds on failed. What names the requirement that is broken, where one is
// known.
func Blocked(by requirements.ID, ex *wire.Exchange, format string, args ...any) {
	j := judgement{Kind: kindBlocked, Message: fmt.Sprintf(format, args...), BlockedBy: string(by), exchange: ex}
	if ex != nil {
		j.Message += ": " + ex.String()
		if ex.Err != nil && !reachable() {
			j.Kind = kindError
		}
	}
	conclude(j)
}

// conclude ends the spec with a judgement that is no finding.
func conclude(j judgement) {
	record(j)
	ginkgo.Skip(j.Message, 2)
}

func record(j judgement) {
	if recording != nil {
		recording.judged = j.exchange
	}
	data, _ := json.Marshal(j) // strings only
	ginkgo.AddReportEntry(entryJudgement, string(data), ginkgo.ReportEntryVisibilityNever)
}
