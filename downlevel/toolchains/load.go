package toolchains

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// declared has the folders of the tools. It also has the folders of Go packages, which
// have no declaration.
//
//go:embed */*
var declared embed.FS

const declaration = "toolchain.yaml"

var loaded = sync.OnceValues(func() ([]Toolchain, error) { return Load(declared) })

// All returns every tool, sorted by name.
func All() ([]Toolchain, error) { return loaded() }

// Get returns the tool called name.
func Get(name string) (*Toolchain, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
		names = append(names, all[i].Name)
	}
	return nil, fmt.Errorf("no tool is called %q: known are %s", name, strings.Join(names, ", "))
}

// Load reads and checks the declarations in the folders of files. The error
// names every fault in them with its file and line.
func Load(files fs.FS) ([]Toolchain, error) {
	names, err := fs.Glob(files, "*/"+declaration)
	if err != nil {
		return nil, err
	}
	var (
		all    []Toolchain
		faults []error
	)
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		t, err := parse(name, data)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		t.Name = path.Dir(name)
		if t.files, err = fs.Sub(files, t.Name); err != nil {
			return nil, err
		}
		all = append(all, *t)
	}
	slices.SortFunc(all, func(a, b Toolchain) int { return strings.Compare(a.Name, b.Name) })
	return all, errors.Join(faults...)
}

// parse reads one declaration. The name is that of its file.
func parse(name string, data []byte) (*Toolchain, error) {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, positioned(name, err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: want one document", name)
	}
	var t Toolchain
	if err := yaml.NodeToValue(file.Docs[0].Body, &t, yaml.Strict()); err != nil {
		return nil, positioned(name, err)
	}
	c := checker{name: name, body: file.Docs[0].Body}
	c.toolchain(&t)
	if len(c.faults) > 0 {
		return nil, errors.Join(c.faults...)
	}
	return &t, nil
}

// positioned returns an error of the parser as FILE:LINE: text.
func positioned(name string, err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		return fmt.Errorf("%s:%d: %s", name, at.GetToken().Position.Line, at.GetMessage())
	}
	return fmt.Errorf("%s: %w", name, err)
}

// locate returns the node that the keys and indexes lead to. If it does not exist, it
// returns the last node on the way.
func locate(body ast.Node, keys ...any) ast.Node {
	builder := new(yaml.PathBuilder).Root()
	found := body
	for _, key := range keys {
		switch key := key.(type) {
		case int:
			builder = builder.Index(uint(key))
		case string:
			builder = builder.Child(key)
		}
		node, err := builder.Build().FilterNode(body)
		if err != nil || node == nil {
			break
		}
		found = node
	}
	return found
}

// line returns the line of a node; 0 if it is unknown.
func line(node ast.Node) int {
	if t := node.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}
