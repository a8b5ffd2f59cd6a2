package played

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"assay/internal/proposal"
)

// Fault is a way in which a registry that is played breaks its proposal. It follows from
// the file: each part of each answer is left out or changed, each type of document is
// refused, lost or changed. The methods of a nil fault break nothing.
type Fault struct {
	Name    string
	Summary string

	endpoint, answer int // which it breaks; -1: none
	missing          bool
	unconditional    bool
	ignored          string                          // a parameter of the query
	stale            bool                            // the first answer to a request is given again
	takes            bool                            // a delete also deletes what names the deleted manifest
	edit             func(*Given)                    // of the answer
	document         string                          // the media type of the documents that it breaks
	deed             string                          // refused, lost, altered
	usual            func(http.Handler) http.Handler // breaks an endpoint that every registry has
}

// Given is an answer before it is sent.
type Given struct {
	Status int
	Header http.Header
	Body   json.RawMessage
}

// lacks says whether the endpoint is not there.
func (f *Fault) lacks(endpoint int) bool { return f != nil && f.missing && f.endpoint == endpoint }

// always says whether the answer is given although its condition does not hold.
func (f *Fault) always(endpoint, answer int) bool {
	return f != nil && f.unconditional && f.endpoint == endpoint && f.answer == answer
}

// question is what the registry reads of a request.
func (f *Fault) question(endpoint, _ int, asked proposal.Asked) proposal.Asked {
	if f == nil || f.ignored == "" || f.endpoint != endpoint {
		return asked
	}
	query := map[string]string{}
	for key, value := range asked.Query {
		if key != f.ignored {
			query[key] = value
		}
	}
	asked.Query = query
	return asked
}

func (f *Fault) change(endpoint, answer int, given *Given) {
	if f != nil && f.edit != nil && f.endpoint == endpoint && f.answer == answer {
		f.edit(given)
	}
}

// remembers says whether the endpoint gives its first answer to a request again.
func (f *Fault) remembers(endpoint int) bool { return f != nil && f.stale && f.endpoint == endpoint }

func (f *Fault) refuses(mediaType string, body []byte) bool {
	return f != nil && f.deed == "refused" && f.is(mediaType, body)
}

func (f *Fault) loses(mediaType string, body []byte) bool {
	return f != nil && f.deed == "lost" && f.is(mediaType, body)
}

// is says whether the fault is about a document: its type, and its artifactType if it
// has one.
func (f *Fault) is(mediaType string, body []byte) bool {
	var doc struct {
		ArtifactType string          `json:"artifactType"`
		Subject      json.RawMessage `json:"subject"`
	}
	_ = json.Unmarshal(body, &doc) // what is not JSON has none
	return kindOf(mediaType, doc.ArtifactType, doc.Subject != nil) == f.document
}

func kindOf(mediaType, artifactType string, subject bool) string {
	return fmt.Sprint(mediaType, " ", artifactType, " ", subject)
}

// pulled changes documents that are pulled, if that is the fault.
func (f *Fault) pulled(w http.ResponseWriter, req *http.Request) http.ResponseWriter {
	if f == nil || f.deed != "altered" || req.Method != http.MethodGet || !strings.Contains(req.URL.Path, "/manifests/") {
		return w
	}
	return &altering{ResponseWriter: w, fault: f}
}

// altering changes the last byte of a document.
type altering struct {
	http.ResponseWriter
	fault *Fault
}

func (a *altering) Write(data []byte) (int, error) {
	if a.fault.is(a.Header().Get("Content-Type"), data) && len(data) > 0 {
		changed := slices.Clone(data)
		changed[len(changed)-1] = ' '
		return a.ResponseWriter.Write(changed)
	}
	return a.ResponseWriter.Write(data)
}

// Faults lists the ways to break a proposal.
func Faults(p *proposal.Proposal) []Fault {
	var all []Fault
	for i, e := range p.Endpoints {
		name, title := slug(e.Method+"-"+e.Path), e.Method+" "+e.Path
		all = append(all, Fault{Name: name + "-missing", Summary: title + " is answered as without the proposal", endpoint: i, missing: true})
		for _, parameter := range proposal.Keys(e.Parameters) {
			all = append(all, Fault{Name: name + "-ignores-" + slug(parameter), Summary: title + " ignores the parameter " + parameter, endpoint: i, ignored: parameter})
		}
		for k, a := range e.Answers {
			all = append(all, answerFaults(fmt.Sprintf("%s-%d", name, k+1), fmt.Sprintf("answer %d of %s", k+1, title), i, k, a)...)
			all = append(all, foreignFields(fmt.Sprintf("%s-%d", name, k+1), fmt.Sprintf("answer %d of %s", k+1, title), i, k, e)...)
		}
		if e.Method == http.MethodGet {
			all = append(all, Fault{Name: name + "-stale", Summary: title + " gives its first answer to a request each time", endpoint: i, stale: true})
		}
	}
	all = append(all, documentFaults(p)...)
	if deletes(p) {
		all = append(all, Fault{Name: "delete-takes-others", Summary: "with a manifest, those that name its digest are deleted, too", endpoint: -1, takes: true})
	}
	for _, f := range usual {
		if asks(p, f.request) {
			all = append(all, Fault{Name: f.name, Summary: f.summary, endpoint: -1, usual: f.change})
		}
	}
	return all
}

// documentFaults are the faults of documents that mechanisms attach.
func documentFaults(p *proposal.Proposal) []Fault {
	var all []Fault
	for _, d := range p.Documents {
		if !d.IsManifest() {
			continue
		}
		artifactType, subject := "", false
		for _, item := range d.JSON {
			switch item.Key {
			case "artifactType":
				artifactType = fmt.Sprint(item.Value)
			case "subject":
				subject = true
			}
		}
		kind := kindOf(d.MediaType, artifactType, subject)
		if slices.ContainsFunc(all, func(f Fault) bool { return f.document == kind }) {
			continue
		}
		for _, deed := range []string{"refused", "lost", "altered"} {
			all = append(all, Fault{
				Name: slug(d.Name) + "-" + deed, Summary: fmt.Sprintf("a document like %s is %s", d.Name, deed),
				endpoint: -1, document: kind, deed: deed,
			})
		}
	}
	return all
}

// slug is a text as a word of a name.
func slug(text string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return '-'
	}, text), "-")
}
