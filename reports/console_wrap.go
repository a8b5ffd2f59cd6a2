package reports

import (
	"strings"
	"unicode/utf8"
)

// consoleWidth is the length of lines on the console, in characters: what a terminal has
// at least. URLs and commands are not broken, so that they can be selected and copied.
const consoleWidth = 80

// wrap breaks text between words. The first line begins after an indentation of this
// many characters, which the caller writes; wrap indents the other lines.
func wrap(text string, indent int) string {
	var out strings.Builder
	at := indent
	for i, word := range strings.Split(text, " ") {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+length > consoleWidth:
			out.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			out.WriteByte(' ')
			at++
		}
		out.WriteString(word)
		at += length
	}
	return out.String()
}
