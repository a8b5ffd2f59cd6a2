// Package reports has the result of a run and its writers. The model is the source of
// all reports: results.json is its JSON form, and every other report is made from it.
// The package knows results, never specs.
package reports

import (
	"time"
)

// SchemaID names the JSON Schema of results.json.
const SchemaID = "urn:assay:results:1"

// Outcome says how one spec ended.
type Outcome string

// The outcomes. Fail is a MUST that was not kept, Warn a SHOULD that was not kept,
// Observed a COMPAT behaviour. A Blocked result could not be judged because of another
// defect, which the message names. Error is a problem of Assay or the network, not of
// the target.
const (
	Pass           Outcome = "pass"
	Fail           Outcome = "fail"
	Warn           Outcome = "warn"
	Observed       Outcome = "observed"
	Unsupported    Outcome = "unsupported"
	Blocked        Outcome = "blocked"
	KnownFailure   Outcome = "known-failure"
	UnexpectedPass Outcome = "unexpected-pass"
	Skipped        Outcome = "skipped"
	Error          Outcome = "error"
)

// Outcomes lists every outcome in the order of reports.
func Outcomes() []Outcome {
	return []Outcome{Fail, UnexpectedPass, Error, Blocked, Warn, Observed, KnownFailure, Unsupported, Skipped, Pass}
}

// Verdict sums up the results of one workflow, from its MUSTs alone.
type Verdict string

// The verdicts. Partial: no MUST failed, but some could not be judged.
const (
	Conformant    Verdict = "conformant"
	Partial       Verdict = "partial"
	NotConformant Verdict = "not conformant"
	NoSupport     Verdict = "unsupported"
	NotTested     Verdict = "not tested"
	// The verdicts of downlevel runs.
	Harmless Verdict = "no silent harm"
	Harmful  Verdict = "silent harm"
)

// Run is one run of the suite against one target.
type Run struct {
	Schema  string    `json:"schema"`
	Assay   Tool      `json:"assay"`
	Target  Target    `json:"target"`
	Spec    string    `json:"spec"` // version of the distribution-spec: 1.0, 1.1 or draft
	Started time.Time `json:"started"`
	// Seconds is how long the run took, pre-flight included.
	Seconds  float64 `json:"seconds"`
	Requests int     `json:"requests"` // HTTP requests sent
	Seed     int64   `json:"seed"`
	// MaxInFlight is the limit for requests in flight at the same time.
	MaxInFlight int `json:"maxInFlight"`
	// Load says how the target coped with the run; nil in results of earlier versions.
	Load *Load `json:"load,omitempty"`
	// Shard says which part of a run this is; nil if it is the whole.
	Shard *Shard `json:"shard,omitempty"`
	// Interrupted says why the run ended before every spec ran; empty when it
	// did not.
	Interrupted string     `json:"interrupted,omitempty"`
	Workflows   []Workflow `json:"workflows"`
	Features    []Feature  `json:"features"`
	// Profile counts the requests by purpose; nil unless the user asked for it.
	Profile *Profile `json:"profile,omitempty"`
	// Scenarios are those in which a client was judged; empty for other runs.
	Scenarios []Scenario `json:"scenarios,omitempty"`
	// Matrix lists what a downlevel run tried; nil for other runs.
	Matrix *Matrix `json:"matrix,omitempty"`
	// Proposals are the proposals that the target was judged by, too.
	Proposals []Proposal `json:"proposals,omitempty"`
	Results   []Result   `json:"results"`
}

// Proposal sums up the results of a proposal: a change of the specification that is not
// a standard. Its results are provisional. They never change the verdict of a workflow,
// and never fail a run: what is not kept is only observed.
type Proposal struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Link  string `json:"link"`
	// Support says whether the target has what is proposed, and How what showed it.
	Support string `json:"support"` // supported, unsupported, unknown
	How     string `json:"how"`
	// Must and Should count the results of its requirements, and Impact those of images
	// beside what it attaches.
	Must   Counts `json:"must"`
	Should Counts `json:"should"`
	Impact Counts `json:"impact"`
}

// Load says how many requests were sent at the same time, and how the target coped.
type Load struct {
	MaxInFlight  int `json:"maxInFlight"`  // the limit for requests at the same time
	MostInFlight int `json:"mostInFlight"` // the most that there were
	// LowestBound is the lowest limit that was set because the target could not cope
	// with more. It is MaxInFlight if the limit was never lowered.
	LowestBound int    `json:"lowestBound"`
	Why         string `json:"why,omitempty"` // the signs that the target could not cope
	Throttled   int    `json:"throttled"`     // answers with 429 or 503
}

// Tool is the program that made the results.
type Tool struct {
	Version string `json:"version"`
}

// Target is the judged registry, or the judged client. It holds no secret.
type Target struct {
	// URL is the address of the registry, or the name of the client.
	URL string `json:"url"`
	// Client says that it is a client.
	Client       bool     `json:"client,omitempty"`
	Embedded     bool     `json:"embedded,omitempty"`
	Repositories []string `json:"repositories"`
}

// Workflow sums up the results of one workflow.
type Workflow struct {
	Name    string  `json:"name"`
	Verdict Verdict `json:"verdict"`
	Must    Counts  `json:"must"`
	Should  Counts  `json:"should"`
}

// Counts is the number of results for each outcome. Outcomes without results are
// absent.
type Counts map[Outcome]int

// Feature is an optional part of the specification and whether the target has
// it.
type Feature struct {
	Name  string `json:"name"`
	State string `json:"state"` // supported, unsupported, unknown
	How   string `json:"how"`   // how this is known: "declared", or the answer to the probe
}

// Result is the judgement of one spec.
type Result struct {
	Requirement string  `json:"requirement"`
	Level       string  `json:"level"`
	Outcome     Outcome `json:"outcome"`
	// Spec is the full text of the spec, unique within the run.
	Spec     string  `json:"spec"`
	Workflow string  `json:"workflow"`
	Summary  string  `json:"summary"` // the demand of the specification, in our words
	Link     string  `json:"link"`    // the place in the specification
	Seconds  float64 `json:"seconds"`
	// Message says in one line what happened, if the outcome is not pass.
	Message  string `json:"message,omitempty"`
	Expected string `json:"expected,omitempty"`
	Received string `json:"received,omitempty"`
	// Curl repeats the judged request. Secrets are redacted.
	Curl string `json:"curl,omitempty"`
	// Script is a shell script that repeats the finding with its set-up, and says whether
	// the fault still shows. Secrets are redacted.
	Script string `json:"script,omitempty"`
	// BlockedBy names the defect if the outcome is blocked.
	BlockedBy string `json:"blockedBy,omitempty"`
	// Excused says that the defect that blocked the result is a known failure.
	Excused bool `json:"excused,omitempty"`
	// Occurrences is the number of answers with the finding; 0 counts as 1.
	Occurrences int `json:"occurrences,omitempty"`
	// Where is the file and line of the spec.
	Where     string     `json:"where,omitempty"`
	Exchanges []Exchange `json:"exchanges,omitempty"`
	// Trail has the exchanges of a pass, each in one line: the request, the status, and
	// the headers of the response that the specification is about.
	Trail []string `json:"trail,omitempty"`
	// Scenario is the scenario in which a client was judged, and Steps are its steps. Only
	// the results of clients have them.
	Scenario string `json:"scenario,omitempty"`
	Steps    []Step `json:"steps,omitempty"`
	// Situations are the titles of the specs that share a finding.
	Situations []string `json:"-"`
	// The following fields are only for the run, and no report shows them: the kind of
	// the judged request, whether no answer came, the features that the spec needs but
	// that the probe could not determine, and what writes Script for the result.
	Asked   string              `json:"-"`
	Silent  bool                `json:"-"`
	Unclear string              `json:"-"`
	Repeat  func(Result) string `json:"-"`
	// Proposal is the name of the proposal that asks for it, if the result is provisional.
	Proposal string `json:"proposal,omitempty"`
	// Cell is the combination of the downlevel matrix that the result is about. In such
	// a result, the requirement is the cell's name, and the workflow is the tool.
	Cell *Cell `json:"cell,omitempty"`
}

// Scenario is a state of a registry in which a client was judged.
type Scenario struct {
	Name string `json:"name"`
	// Does says what the registry does, as the rest of a sentence.
	Does string `json:"does"`
}

// Step is one run of a client in a scenario.
type Step struct {
	Verb  string `json:"verb"`
	Image string `json:"image"` // what it was about
	Exit  int    `json:"exit"`
	// TimedOut says that the client was ended because it took too long.
	TimedOut bool    `json:"timedOut,omitempty"`
	Seconds  float64 `json:"seconds"`
	// Stdout and Stderr are its output, redacted and cut.
	Stdout string `json:"stdout,omitempty"`
	Stderr string `json:"stderr,omitempty"`
}

// Exchange is one HTTP request and its response as they crossed the wire. It is
// redacted, and its bodies are cut to a useful length.
type Exchange struct {
	Method   string    `json:"method"`
	URL      string    `json:"url"`
	Judged   bool      `json:"judged,omitempty"` // the finding is about this one
	Request  Message   `json:"request"`
	Status   int       `json:"status,omitempty"` // 0 when no response came
	Response Message   `json:"response"`
	Error    string    `json:"error,omitempty"` // why no response came
	Started  time.Time `json:"started"`
	Millis   float64   `json:"millis"`
}

// Message is the headers and body of a request or response.
type Message struct {
	Header map[string][]string `json:"header,omitempty"`
	Body   string              `json:"body,omitempty"`
	// Size is the length of the whole body in bytes; Body may hold less.
	Size int64 `json:"size,omitempty"`
}
