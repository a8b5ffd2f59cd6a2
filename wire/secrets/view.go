package secrets

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// view is a text, and where each of its bytes comes from in the text that was given.
type view struct {
	text string
	// starts and ends are nil if the text is the one that was given.
	starts, ends []int
}

func plain(text string) view { return view{text: text} }

// span returns the part of the text that was given.
func (v view) span(from, to int) span {
	if v.starts == nil {
		return span{from, to}
	}
	return span{v.starts[from], v.ends[to-1]}
}

// decoded undoes percent-encoding and the escapes of JSON and HTML once, and says
// whether there were any.
func (v view) decoded() (view, bool) {
	if !strings.ContainsAny(v.text, `%\&`) {
		return v, false
	}
	var (
		out          strings.Builder
		starts, ends []int
		changed      bool
	)
	for i := 0; i < len(v.text); {
		char, n := escape(v.text[i:])
		if n == 0 {
			char, n = v.text[i:i+1], 1
		} else {
			changed = true
		}
		at := v.span(i, i+n)
		out.WriteString(char)
		for range len(char) {
			starts, ends = append(starts, at.from), append(ends, at.to)
		}
		i += n
	}
	return view{out.String(), starts, ends}, changed
}

// escape returns the characters that the escape at the beginning of the text stands
// for, and its length; 0 if there is none.
func escape(text string) (chars string, length int) {
	switch text[0] {
	case '%':
		if len(text) >= 3 {
			if c, err := strconv.ParseUint(text[1:3], 16, 8); err == nil {
				return string([]byte{byte(c)}), 3
			}
		}
	case '\\':
		return jsonEscape(text)
	case '&':
		if end := strings.IndexByte(text[:min(len(text), longestEntity)], ';'); end > 0 {
			if chars := html.UnescapeString(text[:end+1]); chars != text[:end+1] {
				return chars, end + 1
			}
		}
	}
	return "", 0
}

// longestEntity bounds the names of HTML that are looked up, in bytes.
const longestEntity = 12

func jsonEscape(text string) (chars string, length int) {
	if len(text) < 2 {
		return "", 0
	}
	switch text[1] {
	case '"', '\\', '/':
		return text[1:2], 2
	case 'b':
		return "\b", 2
	case 'f':
		return "\f", 2
	case 'n':
		return "\n", 2
	case 'r':
		return "\r", 2
	case 't':
		return "\t", 2
	case 'u':
		if len(text) >= 6 {
			if c, err := strconv.ParseUint(text[2:6], 16, 16); err == nil && utf8.ValidRune(rune(c)) {
				return string(rune(c)), 6
			}
		}
	}
	return "", 0
}
