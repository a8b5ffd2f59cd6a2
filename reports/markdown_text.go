package reports

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// codeBlock is a block of code with a label in front of each line. Nothing in an indented
// block is markup, and a text without line breaks cannot end it.
type codeBlock struct{ labels, texts []string }

// add adds a line for text, if there is one.
func (b *codeBlock) add(label, text string) {
	if text = strings.TrimSpace(Printable(text, markdownText)); text != "" {
		b.labels, b.texts = append(b.labels, label+":"), append(b.texts, text)
	}
}

func (b *codeBlock) write(out *strings.Builder) {
	width := 0
	for _, label := range b.labels {
		width = max(width, len(label))
	}
	for i, text := range b.texts {
		fmt.Fprintf(out, "    %-*s %s\n", width, b.labels[i], text)
	}
}

// markdownTable is a table whose columns are also straight in plain text.
type markdownTable struct {
	head  []string
	right int // the last columns, which stand to the right
	rows  [][]string
}

func (t *markdownTable) add(fields ...string) { t.rows = append(t.rows, fields) }

func (t *markdownTable) write(out *strings.Builder) {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, field := range row {
			widths[i] = max(3, widths[i], utf8.RuneCountInString(field))
		}
	}
	line := func(row []string) {
		for i, field := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(field))
			if i >= len(row)-t.right {
				out.WriteString("| " + space + field + " ")
			} else {
				out.WriteString("| " + field + space + " ")
			}
		}
		out.WriteString("|\n")
	}
	line(t.head)
	for i, width := range widths {
		dashes := strings.Repeat("-", width+1)
		if i >= len(t.head)-t.right {
			out.WriteString("|" + dashes + ":")
		} else {
			out.WriteString("|-" + dashes)
		}
	}
	out.WriteString("|\n")
	for _, row := range t.rows {
		line(row)
	}
}

// code shows s as code on a line, also in a table. A text that backticks cannot hold
// stands in HTML, as entities.
func code(s string) string {
	s = strings.TrimSpace(Printable(s, markdownText))
	if s == "" {
		return ""
	}
	if !strings.ContainsAny(s, "`|\\") {
		return "`" + s + "`"
	}
	return "<code>" + entities(s) + "</code>"
}

// plain shows s as text. Characters of Markdown and HTML are escaped where they would
// mean something.
func plain(s string) string {
	s = strings.TrimSpace(Printable(s, markdownText))
	if s == "" {
		return ""
	}
	var out strings.Builder
	var before rune
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		switch {
		case strings.ContainsRune("&<>`|\\*[]#~@$", r),
			r == ':' && next == '/',                        // of a link
			r == '_' && (!isWord(before) || !isWord(next)), // of emphasis
			r == '.' && strings.HasSuffix(s[:i], "www"):    // also of a link
			fmt.Fprintf(&out, "&#%d;", r)
		default:
			out.WriteRune(r)
		}
		before = r
	}
	return out.String()
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// entities makes each special character of Markdown or HTML an entity.
func entities(s string) string {
	var out strings.Builder
	for _, r := range s {
		if strings.ContainsRune("&<>\"'`|\\*_[]{}()#~!@$^+=:/", r) {
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		}
		out.WriteRune(r)
	}
	// GitHub also makes links of addresses without a scheme.
	return strings.ReplaceAll(out.String(), "www.", "www&#46;")
}

// specification is a link to the place in the specification, if it is safe.
func specification(link string) string {
	if link = safeLink(link); link == "" {
		return ""
	}
	link = strings.NewReplacer("(", "%28", ")", "%29", "[", "%5B", "]", "%5D").Replace(link)
	return " ([specification](" + link + "))"
}
