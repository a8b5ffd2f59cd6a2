package proposal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"assay/proposals"
)

var schema = sync.OnceValue(func() *jsonschema.Schema {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(proposals.Schema))
	if err == nil {
		compiler := jsonschema.NewCompiler()
		if err = compiler.AddResource("proposal.json", document); err == nil {
			return compiler.MustCompile("proposal.json")
		}
	}
	panic(fmt.Sprintf("proposal: the schema: %v", err)) // it is part of the program
})

// matchesSchema checks the form of the file. The error joins a problem for each part
// that has another form.
func (f *file) matchesSchema() error {
	var value any
	if err := yaml.NodeToValue(f.body, &value); err != nil {
		return problemOf(f.name, err)
	}
	err := schema().Validate(value)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var problems []*Problem
	f.collect(invalid, &problems)
	return join(problems)
}

// collect adds the innermost errors: the outer ones only say that there are some.
func (f *file) collect(invalid *jsonschema.ValidationError, problems *[]*Problem) {
	for _, cause := range invalid.Causes {
		f.collect(cause, problems)
	}
	if len(invalid.Causes) > 0 {
		return
	}
	var keys []any
	for _, part := range invalid.InstanceLocation {
		if i, err := strconv.Atoi(part); err == nil {
			keys = append(keys, i)
		} else {
			keys = append(keys, part)
		}
	}
	where := strings.Join(invalid.InstanceLocation, ".")
	at, text := f.position(keys...), invalid.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	switch k := invalid.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		slices.Sort(k.Properties)
		at = f.keyPosition(append(keys, k.Properties[0]))
		text = fmt.Sprintf("unknown key %s: allowed here are %s", strings.Join(k.Properties, ", "), strings.Join(allowedKeys(invalid), ", "))
	case *kind.Required:
		text = "missing here: " + strings.Join(k.Missing, ", ")
	case *kind.Enum:
		var words []string
		for _, w := range k.Want {
			words = append(words, fmt.Sprint(w))
		}
		text = fmt.Sprintf("%v is not allowed: want one of %s", k.Got, strings.Join(words, ", "))
	}
	if where != "" {
		text = where + ": " + text
	}
	*problems = append(*problems, f.problem(at, "%s", text))
}

// keyPosition is the place of a key itself, not of its value.
func (f *file) keyPosition(keys []any) Position {
	parent := f.node(keys[:len(keys)-1]...)
	for _, entry := range entries(parent) {
		if entry.Key.GetToken().Value == keys[len(keys)-1] {
			return positionOf(entry.Key)
		}
	}
	return positionOf(parent)
}

// allowedKeys are the keys of the object that the error is about.
func allowedKeys(invalid *jsonschema.ValidationError) []string {
	place := invalid.SchemaURL
	found := schema()
	if _, ref, ok := strings.Cut(place, "#/$defs/"); ok {
		found = definition(schema(), ref, map[*jsonschema.Schema]bool{})
	}
	var keys []string
	if found != nil {
		for key := range found.Properties {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// definition finds a definition of the schema by its name.
func definition(in *jsonschema.Schema, name string, seen map[*jsonschema.Schema]bool) *jsonschema.Schema {
	if in == nil || seen[in] {
		return nil
	}
	seen[in] = true
	if strings.HasSuffix(in.Location, "#/$defs/"+name) {
		return in
	}
	next := []*jsonschema.Schema{in.Ref, in.Items2020}
	for _, property := range in.Properties {
		next = append(next, property)
	}
	for _, s := range next {
		if found := definition(s, name, seen); found != nil {
			return found
		}
	}
	return nil
}

func join(problems []*Problem) error {
	slices.SortStableFunc(problems, func(a, b *Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	var all []error
	for _, p := range problems {
		all = append(all, p)
	}
	return errors.Join(all...)
}
