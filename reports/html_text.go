package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// htmlSide is one side of an exchange.
type htmlSide struct {
	Title string
	Message
}

// Whole gives the length of the body if the page does not show all of it.
func (s htmlSide) Whole() string {
	if s.Size <= int64(len(s.Body)) {
		return ""
	}
	return fmt.Sprintf("%d bytes in all", s.Size)
}

// htmlText is a text and what was done to it.
type htmlText struct {
	Text     string
	Indented bool
}

// htmlBody is a body for readers: JSON is indented, and anything else stays as it is.
func htmlBody(body string) htmlText {
	var out bytes.Buffer
	if trimmed := strings.TrimSpace(body); strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		if json.Indent(&out, []byte(trimmed), "", "  ") == nil {
			return htmlText{block(out.String()), out.String() != body}
		}
	}
	return htmlText{Text: block(body)}
}

func printable(s any) string { return Printable(fmt.Sprint(s), 0) }

// htmlClass is the part of a CSS class for an outcome, verdict or state.
func htmlClass(v any) string {
	return strings.ReplaceAll(Printable(fmt.Sprint(v), 40), " ", "-")
}

// htmlOutcome is the outcome that the filter knows.
func htmlOutcome(res Result) string {
	if res.Cell != nil {
		return string(res.Cell.Outcome)
	}
	return string(res.Outcome)
}

// htmlUnjudged counts the results that the verdict of w had to leave out.
func htmlUnjudged(w Workflow) string {
	var parts []string
	for _, o := range []Outcome{Blocked, Error, Unsupported, Skipped} {
		switch n := w.Total(o); {
		case n > 0 && o == Error:
			parts = append(parts, count(n, "error"))
		case n > 0:
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(parts, ", ")
}

func htmlSeconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", s)
}

// htmlHeaders is the header of a message as lines, sorted. A line break inside a value
// is shown as an escape: otherwise it could look like another header.
func htmlHeaders(header map[string][]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			line := strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(name + ": " + value)
			lines = append(lines, block(line))
		}
	}
	return strings.Join(lines, "\n")
}

// htmlStatus is the status of an exchange, or the reason why there is none.
func htmlStatus(e Exchange) string {
	switch {
	case e.Status != 0:
		return strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
	case e.Error != "":
		return Printable(e.Error, 0)
	}
	return "no response"
}

// htmlRequest is the judged request of a finding with its status; empty if there is
// none.
func htmlRequest(res Result) string {
	ex, ok := judged(res)
	if !ok {
		return ""
	}
	return Printable(ex.Method+" "+ex.URL, 0) + ": " + htmlStatus(ex)
}
