package reports

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is the JSON Schema of results.json.
//
//go:embed results.schema.json
var Schema []byte

// WriteJSON writes run as results.json. It writes nil lists as empty lists, because the
// schema requires this. It escapes characters that could control a terminal, so that it
// is safe to print the file.
func WriteJSON(w io.Writer, run *Run) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(filled(run)); err != nil {
		return fmt.Errorf("the results are no JSON: %w", err)
	}
	_, err := w.Write(escapeUnsafe(out.Bytes()))
	return err
}

// ReadJSON reads the output of WriteJSON. It fails when r cannot be read or its content
// does not match the schema.
func ReadJSON(r io.Reader) (*Run, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if err := Validate(data); err != nil {
		return nil, err
	}
	run := new(Run)
	if err := json.Unmarshal(data, run); err != nil {
		return nil, fmt.Errorf("no results of this version of Assay: %w", err)
	}
	return run, nil
}

// ReadFile is ReadJSON for the file at path. Its errors name the file.
func ReadFile(path string) (*Run, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	run, err := ReadJSON(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return run, nil
}

// Validate says how data breaks the schema of results.json.
func Validate(data []byte) error {
	schema, err := compiled()
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("no JSON: %w", err)
	}
	if err := schema.Validate(value); err != nil {
		var invalid *jsonschema.ValidationError
		if errors.As(err, &invalid) {
			return fmt.Errorf("no results as %s wants them: %s", SchemaID, briefly(err.Error()))
		}
		return err
	}
	return nil
}

// briefly is the text of an error of the schema without all of its places: results of
// another version of Assay may break the schema in each of hundreds of results.
func briefly(text string) string {
	const most = 4
	lines := strings.Split(text, "\n")
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("- and at %d more places", len(lines)-most))
	}
	return strings.Join(lines, "\n")
}

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema))
	if err != nil {
		return nil, fmt.Errorf("the schema is no JSON: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(SchemaID, document); err != nil {
		return nil, fmt.Errorf("the schema cannot be used: %w", err)
	}
	return c.Compile(SchemaID)
})

// filled is run with empty lists instead of nil lists.
func filled(run *Run) *Run {
	out := *run
	out.Target.Repositories = nonNil(run.Target.Repositories)
	out.Features = nonNil(run.Features)
	out.Results = nonNil(run.Results)
	out.Workflows = make([]Workflow, len(run.Workflows))
	for i, w := range run.Workflows {
		if w.Must == nil {
			w.Must = Counts{}
		}
		if w.Should == nil {
			w.Should = Counts{}
		}
		out.Workflows[i] = w
	}
	return &out
}

func nonNil[E any](s []E) []E {
	if s == nil {
		return []E{}
	}
	return s
}

// escapeUnsafe replaces DEL, and unsafe characters beyond ASCII, by JSON escapes. In
// JSON they can only be inside strings. The encoder has escaped the other control
// characters.
func escapeUnsafe(data []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(data))
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r < 0x7f || isSafe(r):
			out.Write(data[:size])
		case r < 0x10000:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		}
		data = data[size:]
	}
	return out.Bytes()
}
