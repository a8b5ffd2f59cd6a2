package reports

import (
	"crypto/sha256"
	"encoding/base64"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
)

// The folders below this one have reports over several results. They use the functions
// here, so that one text or link is made safe in one way.

// SafeLink returns s if it is an absolute https URL without a user, and "" otherwise.
func SafeLink(s string) string { return safeLink(s) }

// MarkdownText shows s as text: each special character of Markdown or HTML becomes an
// entity. Long text is cut.
func MarkdownText(s string) string { return plain(s) }

// Count is n with the noun in singular or plural.
func Count(n int, noun string) string { return count(n, noun) }

// Kept is the number of kept requirements among the judged ones, as "12/14"; "-" if none
// was judged.
func Kept(c Counts) string { return kept(c) }

// Class is the part of a CSS class of the style for an outcome or a verdict.
func Class(v any) string { return htmlClass(v) }

// Style is the style of report.html. Pages that are made from several results begin
// with it.
func Style() string { return htmlStyle }

// Policy is the content security policy of a page: the browser may use only this style
// and, unless it is empty, this script. So even a mistake in escaping could not run or
// load anything.
func Policy(style, script string) string {
	policy := "default-src 'none'; style-src '" + hashOf(style) + "'"
	if script != "" {
		policy += "; script-src '" + hashOf(script) + "'"
	}
	return policy + "; base-uri 'none'; form-action 'none'"
}

func hashOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// WriteFile writes path in one step: a file that exists is only replaced by a complete
// one.
func WriteFile(path string, write func(io.Writer) error) error { return writeFile(path, write) }

// NewTable is a table of the console: columns with two spaces between them, no lines.
func NewTable() table.Writer { return newTable() }

// CellLegend explains the symbols of the outcomes of cells.
func CellLegend() string { return legend() }

// SafeJSON escapes characters that could control a terminal, so that it is safe to print
// the JSON.
func SafeJSON(data []byte) []byte { return escapeUnsafe(data) }
