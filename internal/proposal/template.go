package proposal

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// template is a text with placeholders.
type template []part

// part is a text, or an expression that stands in a placeholder.
type part struct {
	text   string
	source string // empty: text
	offset int    // of the expression, in bytes
}

// templateOf splits a text. A placeholder ends at the brace that closes it.
func templateOf(s string) (template, error) {
	var t template
	for at := 0; ; {
		begin := strings.Index(s[at:], "${")
		if begin < 0 {
			if at < len(s) {
				t = append(t, part{text: s[at:]})
			}
			return t, nil
		}
		if begin > 0 {
			t = append(t, part{text: s[at : at+begin]})
		}
		begin += at + 2
		length := closing(s[begin:])
		if length < 0 {
			return nil, &celError{column: begin - 2, line: 1, text: "the placeholder is not closed: want ${EXPRESSION}"}
		}
		t = append(t, part{source: s[begin : begin+length], offset: begin})
		at = begin + length + 1
	}
}

// closing is the place of the brace that closes a placeholder; -1 if there is none.
func closing(s string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth == 0:
			return i
		case c == '}':
			depth--
		}
	}
	return -1
}

// render returns the value of a text. If it is one placeholder alone, the value can have
// any type of JSON.
func render(ctx context.Context, s string, in scope, env Environment) (any, error) {
	t, err := templateOf(s)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	for _, p := range t {
		if p.source == "" {
			out.WriteString(p.text)
			continue
		}
		x, err := compile(p.source, in)
		if err != nil {
			return nil, err
		}
		val, err := x.value(ctx, env)
		if err != nil {
			return nil, err
		}
		value, err := plain(val)
		if err != nil {
			return nil, err
		}
		if len(t) == 1 {
			return value, nil
		}
		switch value.(type) {
		case string, int64, uint64, bool:
			fmt.Fprint(&out, value)
		default:
			return nil, fmt.Errorf("${%s} is neither a text nor a number, and stands inside a text", p.source)
		}
		if out.Len() > documentLimit {
			return nil, errTooLong
		}
	}
	return out.String(), nil
}

var errTooLong = fmt.Errorf("the content is longer than %d bytes", documentLimit)

// Text renders a text of a requirement or a mechanism.
func (p *Proposal) Text(ctx context.Context, s string, env Environment, answers []string) (string, error) {
	return renderText(ctx, s, p.judging(answers), env)
}

func renderText(ctx context.Context, s string, in scope, env Environment) (string, error) {
	value, err := render(ctx, s, in, env)
	if err != nil {
		return "", err
	}
	switch value := value.(type) {
	case string:
		return value, nil
	case int64, uint64, bool:
		return fmt.Sprint(value), nil
	}
	return "", errors.New("want a text")
}
