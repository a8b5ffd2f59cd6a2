package proposal

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// mostCopies bounds how many copies of documents one requirement pushes.
const mostCopies = 60

func (c *checker) requirement(i int, r Requirement) {
	switch {
	case r.Unobservable != "" && len(r.Exchanges)+len(r.Expect) > 0:
		c.wrong(errors.New("an unobservable requirement has no exchanges"), "requirements", i, "unobservable")
	case r.Unobservable == "" && r.Party == "registry" && (len(r.Exchanges) == 0 || len(r.Expect) == 0):
		c.wrong(fmt.Errorf("the requirement %s needs exchanges and expect, or unobservable with the reason", r.ID), "requirements", i)
	}
	copies := 0
	for _, s := range r.Exchanges {
		copies += s.Copies * max(1, len(r.Each))
	}
	if copies > mostCopies {
		c.wrong(fmt.Errorf("the requirement %s pushes %d copies: want at most %d", r.ID, copies, mostCopies), "requirements", i, "exchanges")
	}
	answers := c.steps(r.Exchanges, "requirements", i, "exchanges")
	c.conditions(r.Expect, answers, "requirements", i, "expect")
	for k, g := range r.Given {
		c.condition(g.If, c.judging(answers), "requirements", i, "given", k, "if")
		if (g.By == "") == (g.Why == "") {
			c.wrong(errors.New("want one of by and why"), "requirements", i, "given", k)
		} else if g.By != "" && !slices.ContainsFunc(c.Requirements, func(o Requirement) bool { return o.ID == g.By }) {
			c.wrong(fmt.Errorf("there is no requirement %s", g.By), "requirements", i, "given", k, "by")
		}
	}
}

func (c *checker) conditions(expect, answers []string, keys ...any) {
	for k, source := range expect {
		c.condition(source, c.judging(answers), append(slices.Clone(keys), k)...)
	}
}

// steps checks exchanges, and returns the names of their answers.
func (c *checker) steps(steps []Step, keys ...any) []string {
	var answers []string
	key := func(k int, more ...any) []any { return append(append(slices.Clone(keys), k), more...) }
	for k, s := range steps {
		in := c.judging(answers)
		deeds := 0
		for _, deed := range []string{s.Push, s.Try, s.Delete, s.Request} {
			if deed != "" {
				deeds++
			}
		}
		if deeds != 1 {
			c.wrong(errors.New("want one of push, try, delete, request"), key(k)...)
		}
		c.named(s.Push, false, key(k, "push")...)
		c.named(s.Try, true, key(k, "try")...)
		c.named(s.Delete, true, key(k, "delete")...)
		c.named(s.Body, false, key(k, "body")...)
		c.value(s.Query, in, key(k, "query")...)
		c.value(s.Header, in, key(k, "header")...)
		for name, fields := range map[string]yaml.MapSlice{"query": s.Query, "header": s.Header} {
			for _, item := range fields {
				if err := CheckField(fmt.Sprint(item.Key), fmt.Sprint(item.Value)); err != nil {
					c.wrong(err, key(k, name, fmt.Sprint(item.Key))...)
				}
			}
		}
		c.text(s.Tag, in, key(k, "tag")...)
		if s.Tag != "" && !TagIsOurs(s.Tag) && !strings.HasPrefix(s.Tag, "${referrersTag(") {
			c.wrong(fmt.Errorf("the tag %q is not allowed: it may be a tag of somebody else. Want assay-… with a placeholder, such as assay-${nonce}", s.Tag), key(k, "tag")...)
		}
		if s.Copies > 0 && s.Push == "" {
			c.wrong(errors.New("only a document that is pushed has copies: want push beside it"), key(k, "copies")...)
		}
		if s.Repository != "" && !strings.HasPrefix(s.Request, "GET ") && !strings.HasPrefix(s.Request, "HEAD ") {
			c.wrong(errors.New("only a GET or HEAD can go to a repository that does not exist"), key(k, "repository")...)
		}
		if s.Request != "" {
			if err := CheckRequest(s.Request); err != nil {
				c.wrong(err, key(k, "request")...)
			}
			c.text(s.Request, in, key(k, "request")...)
		}
		if s.As != "" && s.Push == "" && s.Delete == "" {
			if _, taken := in[s.As]; taken {
				c.wrong(fmt.Errorf("the name %s is taken", s.As), key(k, "as")...)
			}
			answers = append(answers, s.As)
		}
	}
	return answers
}
