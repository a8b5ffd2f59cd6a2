package proposal

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/google/cel-go/cel"
)

// at returns an error as a problem at the value that the keys lead to. The place of an
// error in an expression is found if the expression stands on one line.
func (f *file) at(err error, keys ...any) *Problem {
	var before *Problem
	if errors.As(err, &before) {
		return before
	}
	pos := f.position(keys...)
	var in *celError
	if errors.As(err, &in) {
		if text, ok := f.node(keys...).(*ast.StringNode); ok && in.line <= 1 {
			pos.Column += in.column
			if strings.HasPrefix(text.GetToken().Origin, "\"") || strings.HasPrefix(strings.TrimSpace(text.GetToken().Origin), "'") {
				pos.Column++
			}
		}
	}
	return f.problem(pos, "%v", err)
}

// checker collects what is wrong.
type checker struct {
	*Proposal
	problems []*Problem
}

func (c *checker) wrong(err error, keys ...any) {
	c.problems = append(c.problems, c.file.at(err, keys...))
}

// check checks what the schema cannot say: names, expressions, paths, and that the
// documents can be made.
func (p *Proposal) check() error {
	c := &checker{Proposal: p}
	c.names()
	c.documents()
	c.endpoints()
	c.mechanisms()
	if p.Support != nil {
		answers := c.steps(p.Support.Exchanges, "support", "exchanges")
		c.conditions(p.Support.Expect, answers, "support", "expect")
	}
	for i, r := range p.Requirements {
		c.requirement(i, r)
	}
	if len(c.problems) > 0 {
		return join(c.problems)
	}
	c.made()
	return join(c.problems)
}

var versions = []string{"1.0", "1.1", "draft"}

func (c *checker) names() {
	if !slices.Contains(versions, c.BuildsOn) && (!slices.Contains(Names(), c.BuildsOn) || c.BuildsOn == c.Name) {
		c.wrong(fmt.Errorf("%q is not allowed: want one of %s, or another proposal: %s", c.BuildsOn, strings.Join(versions, ", "), strings.Join(Names(), ", ")), "builds-on")
	}
	seen := map[string]bool{"nonce": true, "copy": true, "copies": true, "contents": true, "image": true, "config": true, "layers": true, "arm64": true, "empty": true, "answer": true, "each": true, "missing": true}
	for i, d := range c.Documents {
		if seen[d.Name] {
			c.wrong(fmt.Errorf("the name %s is taken: it stands twice, or Assay gives it", d.Name), "documents", i, "name")
		}
		seen[d.Name] = true
		forms := 0
		for _, given := range []bool{d.JSON != nil, c.has("documents", i, "text"), d.Files != nil} {
			if given {
				forms++
			}
		}
		if forms != 1 {
			c.wrong(errors.New("want one of json, text, files"), "documents", i)
		}
	}
	ids := map[string]bool{}
	for i, r := range c.Requirements {
		if ids[r.ID] {
			c.wrong(fmt.Errorf("the id %s stands twice", r.ID), "requirements", i, "id")
		}
		ids[r.ID] = true
	}
}

// has says whether the file has a value at the keys.
func (c *checker) has(keys ...any) bool {
	return child(c.file.node(keys[:len(keys)-1]...), keys[len(keys)-1]) != nil
}

// documents compiles the placeholders of the documents.
func (c *checker) documents() {
	for i, d := range c.Documents {
		in := c.documentScope(i)
		c.text(d.MediaType, in, "documents", i, "media-type")
		c.text(d.Text, in, "documents", i, "text")
		c.value(d.JSON, in, "documents", i, "json")
		c.value(d.Files, in, "documents", i, "files")
	}
}

// text compiles the placeholders of a text.
func (c *checker) text(s string, in scope, keys ...any) {
	t, err := templateOf(s)
	if err != nil {
		c.wrong(err, keys...)
		return
	}
	for _, p := range t {
		if p.source == "" {
			continue
		}
		if _, err := compile(p.source, in); err != nil {
			var at *celError
			if errors.As(err, &at) {
				at.column += p.offset
			}
			c.wrong(err, keys...)
		}
	}
}

// value compiles the placeholders of a value of JSON.
func (c *checker) value(value any, in scope, keys ...any) {
	switch value := value.(type) {
	case yaml.MapSlice:
		for _, item := range value {
			c.text(fmt.Sprint(item.Key), in, keys...)
			c.value(item.Value, in, append(slices.Clone(keys), fmt.Sprint(item.Key))...)
		}
	case []any:
		for i, entry := range value {
			c.value(entry, in, append(slices.Clone(keys), i)...)
		}
	case string:
		c.text(value, in, keys...)
	}
}

// condition compiles an expression that is true or false.
func (c *checker) condition(source string, in scope, keys ...any) {
	x, err := compile(source, in)
	if err != nil {
		c.wrong(err, keys...)
		return
	}
	if kind := x.ast.OutputType(); kind != cel.BoolType && kind != cel.DynType {
		c.wrong(fmt.Errorf("the expression gives a value of the type %s: want true or false", kind), keys...)
	}
}

var pathPattern = regexp.MustCompile(`^([A-Za-z0-9._~:@-]+|\{[a-z]+\})(/([A-Za-z0-9._~:@-]+|\{[a-z]+\}))*/?$`)

func (c *checker) endpoints() {
	for i, e := range c.Endpoints {
		if !pathPattern.MatchString(e.Path) || climbs(e.Path) {
			c.wrong(fmt.Errorf("the path %q is not allowed: want parts below /v2/NAME/, such as referrers/{digest}, without .. and without a slash in front", e.Path), "endpoints", i, "path")
		}
		for k, a := range e.Answers {
			if a.If != "" {
				c.condition(a.If, playing, "endpoints", i, "answers", k, "if")
			}
			c.value(a.Header, playing, "endpoints", i, "answers", k, "header")
			c.value(a.Body, playing, "endpoints", i, "answers", k, "body")
			if a.Status == 0 && a.Body != nil {
				c.wrong(errors.New("an answer with a body needs a status"), "endpoints", i, "answers", k)
			}
		}
	}
}

func (c *checker) mechanisms() {
	all := c.documentScope(len(c.Documents))
	for i, m := range c.Mechanisms {
		for k, push := range m.Attach {
			c.named(push.Push, true, "mechanisms", i, "attach", k, "push")
			c.text(push.Tag, all, "mechanisms", i, "attach", k, "tag")
		}
		for k, found := range m.Found {
			c.named(found.Document, true, "mechanisms", i, "found", k, "document")
			c.text(found.Tag, all, "mechanisms", i, "found", k, "tag")
		}
		if name := m.Fallback.Mechanism; name != "" && !c.hasMechanism(name) {
			c.wrong(fmt.Errorf("there is no mechanism %s in this file or in a proposal that ships with Assay", name), "mechanisms", i, "fallback", "mechanism")
		}
	}
}

func (c *checker) hasMechanism(name string) bool {
	for _, p := range append(All(), c.Proposal) {
		for _, m := range p.Mechanisms {
			if m.Name == name {
				return true
			}
		}
	}
	return false
}

// named checks the name of a document.
func (c *checker) named(name string, manifest bool, keys ...any) {
	if name == "" || name == "image" || name == "arm64" {
		return
	}
	var names []string
	for _, d := range c.Documents {
		if d.Name == name && (d.IsManifest() || !manifest) {
			return
		}
		if d.IsManifest() || !manifest {
			names = append(names, d.Name)
		}
	}
	c.wrong(fmt.Errorf("there is no document %s that could stand here: there are image, arm64, %s", name, strings.Join(names, ", ")), keys...)
}
