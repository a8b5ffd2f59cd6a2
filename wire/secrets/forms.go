package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// form is one way in which a secret is written.
type form struct {
	text string
	// around is how many characters on each side may hold some bits of the secret, too.
	around int
	// whole says that the text is so short that it is a part of many words: it counts
	// only between characters that are neither letters nor digits.
	whole bool
	// cut says that a text may end within this form.
	cut bool
}

const (
	shortest = 4 // characters of a secret that is not a part of many words
	coded    = 6 // characters of an encoded secret that no other text has by chance
)

// formsOf returns the forms of a secret.
func formsOf(secret string) []form {
	return append(codedForms(secret), form{text: secret, whole: len(secret) < shortest, cut: len(secret) >= coded})
}

// codedForms returns the forms of a secret in base64 and in hexadecimal.
func codedForms(secret string) []form {
	var forms []form
	add := func(text string, around int) {
		if len(text) >= coded {
			forms = append(forms, form{text: text, around: around})
		}
	}
	lower := hex.EncodeToString([]byte(secret))
	add(lower, 0)
	if upper := strings.ToUpper(lower); upper != lower {
		add(upper, 0)
	}
	// What stands before the secret decides where in the groups of base64 it begins.
	for before := range 3 {
		bytes := append(make([]byte, before), secret...)
		for i, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString(bytes)
			inner := text[(8*before+5)/6 : 8*len(bytes)/6]
			if i == 0 || strings.ContainsAny(inner, "-_") {
				add(inner, 1)
			}
		}
	}
	return forms
}

// in returns where in the text of the view the form stands.
func (f form) in(v view) []span {
	var found []span
	for at := 0; ; {
		i := strings.Index(v.text[at:], f.text)
		if i < 0 {
			break
		}
		from, to := at+i, at+i+len(f.text)
		at = from + 1
		if f.whole && (from > 0 && isWord(v.text[from-1]) || to < len(v.text) && isWord(v.text[to])) {
			continue
		}
		for range f.around {
			if from > 0 && isCoded(v.text[from-1]) {
				from--
			}
			if to < len(v.text) && isCoded(v.text[to]) {
				to++
			}
		}
		for f.around > 0 && to < len(v.text) && v.text[to] == '=' {
			to++ // the padding
		}
		found = append(found, v.span(from, to))
	}
	if f.cut {
		for n := min(len(f.text), len(v.text)+1) - 1; n >= coded; n-- {
			if strings.HasSuffix(v.text, f.text[:n]) {
				return append(found, v.span(len(v.text)-n, len(v.text)))
			}
		}
	}
	return found
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func isCoded(c byte) bool { return isWord(c) || strings.IndexByte("+/-_=", c) >= 0 }
