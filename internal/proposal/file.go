package proposal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"assay/proposals"
)

// fileLimit is the size, in bytes, of the largest file that is read.
const fileLimit = 128 << 10

// file is a file that was read, for the places of its errors.
type file struct {
	name string
	body ast.Node
}

// Position is a place in a file; lines and columns count from 1.
type Position struct{ Line, Column int }

// Problem is something wrong in a file.
type Problem struct {
	File string
	Position
	Text string // what is wrong, and what is allowed
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Text)
}

// Read reads and checks a proposal: the one of a file or, if there is no such file, the
// one with this name that ships with Assay. The error joins a *[Problem] for each thing
// that is wrong.
func Read(nameOrFile string) (*Proposal, error) {
	f, err := os.Open(nameOrFile)
	if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(nameOrFile, "/\\") {
		if p, ok := Get(nameOrFile); ok {
			return p, p.checkAll()
		}
		return nil, fmt.Errorf("%s is neither a file nor a proposal that ships with Assay: these are %s", nameOrFile, strings.Join(Names(), ", "))
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, fileLimit+1))
	if err != nil {
		return nil, err
	}
	return Parse(nameOrFile, data)
}

// Parse reads and checks a proposal.
func Parse(name string, data []byte) (*Proposal, error) {
	p, err := parse(name, data)
	if err != nil {
		return nil, err
	}
	if err := p.file.matchesSchema(); err != nil {
		return nil, err
	}
	if err := p.decode(); err != nil {
		return nil, err
	}
	return p, p.check()
}

// checkAll checks a proposal that was decoded without a check of its form.
func (p *Proposal) checkAll() error {
	if err := p.file.matchesSchema(); err != nil {
		return err
	}
	return p.check()
}

// parse reads the YAML of a proposal.
func parse(name string, data []byte) (*Proposal, error) {
	if len(data) > fileLimit {
		return nil, &Problem{File: name, Text: fmt.Sprintf("the file is longer than %d bytes", fileLimit)}
	}
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, problemOf(name, err)
	}
	if len(parsed.Docs) != 1 || parsed.Docs[0].Body == nil {
		return nil, &Problem{File: name, Text: "want one YAML document"}
	}
	p := &Proposal{file: &file{name: name, body: parsed.Docs[0].Body}}
	if repeats := aliases(p.file.body); repeats != nil {
		return nil, p.file.problem(positionOf(repeats), "anchors and aliases are not allowed: a short file could grow without limit")
	}
	return p, nil
}

// decode takes the values from the YAML.
func (p *Proposal) decode() error {
	if err := yaml.NodeToValue(p.file.body, p, yaml.Strict(), yaml.UseOrderedMap()); err != nil {
		return problemOf(p.file.name, err)
	}
	return nil
}

func problemOf(name string, err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
		pos := at.GetToken().Position
		return &Problem{name, Position{pos.Line, pos.Column}, at.GetMessage()}
	}
	return &Problem{File: name, Text: err.Error()}
}

// aliases returns an anchor or an alias of the file; nil if there is none.
func aliases(body ast.Node) ast.Node {
	var found ast.Node
	ast.Walk(visitor(func(n ast.Node) {
		switch n.(type) {
		case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.TagNode:
			found = n
		}
	}), body)
	return found
}

type visitor func(ast.Node)

func (v visitor) Visit(n ast.Node) ast.Visitor { v(n); return v }

func positionOf(n ast.Node) Position {
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return Position{}
	}
	return Position{n.GetToken().Position.Line, n.GetToken().Position.Column}
}

func (f *file) problem(at Position, format string, args ...any) *Problem {
	return &Problem{f.name, at, fmt.Sprintf(format, args...)}
}

// position is the place of the value that keys and indexes lead to, or of the last value
// on the way that exists.
func (f *file) position(keys ...any) Position { return positionOf(f.node(keys...)) }

func (f *file) node(keys ...any) ast.Node {
	found := f.body
	for _, key := range keys {
		next := child(found, key)
		if next == nil {
			break
		}
		found = next
	}
	return found
}

// child returns the value of a key or an index; nil if there is none.
func child(n ast.Node, key any) ast.Node {
	if list, isList := n.(*ast.SequenceNode); isList {
		if i, ok := key.(int); ok && i < len(list.Values) {
			return list.Values[i]
		}
		return nil
	}
	for _, entry := range entries(n) {
		if entry.Key.GetToken().Value == key {
			return entry.Value
		}
	}
	return nil
}

// entries are the keys and values of a mapping.
func entries(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// shipped has a function for each proposal that ships with Assay, by name, which reads it
// once. A test checks them all.
var shipped = sync.OnceValue(func() map[string]func() *Proposal {
	names, _ := fs.Glob(proposals.Files, "*.yaml") // the pattern is right
	all := map[string]func() *Proposal{}
	for _, name := range names {
		all[strings.TrimSuffix(name, ".yaml")] = sync.OnceValue(func() *Proposal {
			data, err := proposals.Files.ReadFile(name)
			if err != nil {
				panic(fmt.Sprintf("proposal: %v", err)) // the file is part of the program
			}
			p, err := parse(path.Join("proposals", name), data)
			if err == nil {
				err = p.decode()
			}
			if err != nil {
				panic(fmt.Sprintf("proposal: %v", err))
			}
			return p
		})
	}
	return all
})

// All lists the proposals that ship with Assay, by name.
func All() []*Proposal {
	var all []*Proposal
	for _, name := range Names() {
		all = append(all, shipped()[name]())
	}
	return all
}

// Names lists the names of the proposals that ship with Assay: those of their files.
func Names() []string { return slices.Sorted(maps.Keys(shipped())) }

// Get returns the proposal with this name that ships with Assay.
func Get(name string) (*Proposal, bool) {
	read, ok := shipped()[name]
	if !ok {
		return nil, false
	}
	return read(), true
}
