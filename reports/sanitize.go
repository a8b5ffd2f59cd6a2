package reports

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ellipsis stands for the part that was cut.
const ellipsis = "…"

// Printable makes s safe to show on one line. Line breaks and tabs become spaces.
// Characters that control a terminal or reorder text are removed (C0, C1, escapes, bidi
// overrides, invisible format characters). Bytes that are not UTF-8 become U+FFFD. The
// text is cut to max characters, the last of them "…"; a max of 0 or less cuts nothing.
func Printable(s string, max int) string {
	var out strings.Builder
	n := 0
	for _, r := range s {
		switch {
		case isBreak(r):
			r = ' '
		case !isSafe(r):
			continue
		}
		if max > 0 && n == max {
			return cutLast(out.String()) + ellipsis
		}
		out.WriteRune(r)
		n++
	}
	return out.String()
}

// block makes s safe to show on several lines. Nothing is lost: characters that
// Printable removes are shown as an escape such as \u202e, because they may be the
// reason for the finding.
func block(s string) string {
	var out strings.Builder
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t' || isSafe(r):
			out.WriteRune(r)
		case r == '\r':
			// A CR before LF is an ordinary end of line.
			if !strings.HasPrefix(s[i+1:], "\n") {
				out.WriteString(`\r`)
			}
		case r < 0x100:
			fmt.Fprintf(&out, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\U%08x`, r)
		}
	}
	return out.String()
}

// isBreak says whether r ends a line or moves along it.
func isBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\t', '\v', '\f', 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// isSafe says whether r only shows itself. The control and format categories hold C0,
// C1, the bidi controls and zero-width characters. The remaining categories are for
// private use, or not characters at all.
func isSafe(r rune) bool {
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) {
		return false
	}
	return r&0xfffe != 0xfffe && (r < 0xfdd0 || r > 0xfdef)
}

func cutLast(s string) string {
	_, size := utf8.DecodeLastRuneInString(s)
	return s[:len(s)-size]
}

// safeLink returns s if it is an absolute https URL without a user, and "" otherwise: a
// report must not offer a link to javascript: or with a login.
func safeLink(s string) string {
	if s != Printable(s, 0) || strings.ContainsAny(s, " \"'<>\\`|") {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}
