package cli

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"assay/reports"
)

// Limits of what is shown of a message, in characters.
const (
	explainedBody   = 1000
	explainedHeader = 300
)

// requests shows the exchanges up to the judged one: those before in a line each, and the
// judged one whole.
func requests(to io.Writer, res reports.Result) {
	judged := slices.IndexFunc(res.Exchanges, func(ex reports.Exchange) bool { return ex.Judged })
	if judged < 0 {
		return
	}
	if judged > 0 {
		fmt.Fprintln(to, "\n  Before:")
	}
	for _, ex := range res.Exchanges[:judged] {
		fmt.Fprintf(to, "    %s %s: %s\n", text(ex.Method), reports.Printable(ex.URL, explainedHeader), came(ex))
	}
	ex := res.Exchanges[judged]
	fmt.Fprintf(to, "\n  Sent:\n    %s %s\n", text(ex.Method), text(ex.URL))
	message(to, ex.Request)
	fmt.Fprintf(to, "  Came:\n    %s\n", came(ex))
	message(to, ex.Response)
}

// came is the status of an answer, or the reason why there is none.
func came(ex reports.Exchange) string {
	if ex.Status == 0 {
		return "no answer: " + text(ex.Error)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", ex.Status, http.StatusText(ex.Status)))
}

// message shows the headers and the body.
func message(to io.Writer, m reports.Message) {
	var names []string
	for name := range m.Header {
		if name != "User-Agent" && name != "Date" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range m.Header[name] {
			fmt.Fprintf(to, "    %s: %s\n", text(name), reports.Printable(value, explainedHeader))
		}
	}
	if m.Body != "" {
		fmt.Fprintf(to, "    %s\n", reports.Printable(m.Body, explainedBody))
	}
}
