package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"assay/internal/cli/nearest"
)

// parseFile returns the entries of a configuration file. Errors start with its
// name and the line.
func parseFile(name string, data []byte) ([]entry, error) {
	f := configFile{name}
	body, err := f.parse(data)
	if body == nil || err != nil {
		return nil, err
	}
	return f.document(body)
}

// parse returns the only document of a YAML file; nil if there is none.
func (f configFile) parse(data []byte) (ast.Node, error) {
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) {
			return nil, f.errorf(at.GetToken(), "%s", at.GetMessage())
		}
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	var body ast.Node
	for i, doc := range parsed.Docs {
		switch {
		case doc.Body == nil, doc.Body.Type() == ast.NullType, doc.Body.Type() == ast.CommentType:
		case i > 0:
			return nil, f.errorf(doc.Body.GetToken(), "a second document: want one")
		default:
			body = doc.Body
		}
	}
	return body, nil
}

// configFile is the name of the file, for positions.
type configFile struct{ name string }

func (f configFile) at(t *token.Token) string {
	if t == nil || t.Position == nil {
		return f.name
	}
	return fmt.Sprintf("%s:%d", f.name, t.Position.Line)
}

func (f configFile) errorf(t *token.Token, format string, args ...any) error {
	return fmt.Errorf("%s: %s", f.at(t), fmt.Sprintf(format, args...))
}

func (f configFile) document(body ast.Node) ([]entry, error) {
	top, ok := body.(ast.MapNode)
	if !ok {
		return nil, f.errorf(body.GetToken(), "want keys and values, such as %q", "repository: team/one")
	}
	var entries []entry
	for pairs := top.MapRange(); pairs.Next(); {
		key := pairs.Key().GetToken()
		s, ok := find(key.Value, Setting.FileKey)
		if !ok {
			var keys []string
			for _, s := range settings() {
				keys = append(keys, s.FileKey())
			}
			return nil, f.errorf(key, "unknown key %q%s allowed: %s", key.Value, nearest.DidYouMean(key.Value, keys), strings.Join(keys, ", "))
		}
		values, err := f.values(s, key, pairs.Value())
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{setting: s, values: values})
	}
	return entries, nil
}

// values returns the values of a node for a setting. The node is a scalar, a sequence
// of scalars or, for features, a mapping.
func (f configFile) values(s Setting, key *token.Token, node ast.Node) ([]given, error) {
	switch node := node.(type) {
	case ast.ScalarNode:
		text, err := f.scalar(s, key, node)
		if err != nil {
			return nil, err
		}
		if s.FileKey() == featuresKey {
			return nil, f.errorf(key, "%s: want a mapping, such as {mount: false}", s.FileKey())
		}
		var values []given
		for _, piece := range s.pieces(text) {
			values = append(values, f.given(s, key, piece))
		}
		return values, nil
	case *ast.SequenceNode:
		if !s.many || s.FileKey() == featuresKey {
			break
		}
		var values []given
		for _, item := range node.Values {
			text, err := f.scalar(s, item.GetToken(), item)
			if err != nil {
				return nil, err
			}
			values = append(values, f.given(s, item.GetToken(), text))
		}
		return values, nil
	case ast.MapNode:
		if s.FileKey() != featuresKey {
			break
		}
		var values []given
		for pairs := node.MapRange(); pairs.Next(); {
			name := pairs.Key().GetToken()
			text, err := f.scalar(s, name, pairs.Value())
			if err != nil {
				return nil, err
			}
			values = append(values, f.given(s, name, name.Value+"="+text))
		}
		return values, nil
	}
	return nil, f.errorf(key, "%s: want %s", s.FileKey(), s.shape())
}

// featuresKey is the key with a mapping.
const featuresKey = "features"

// shape describes the form of a setting in the file.
func (s Setting) shape() string {
	switch {
	case s.FileKey() == featuresKey:
		return "a mapping, such as {mount: false}"
	case s.many:
		return "one value or a list"
	}
	return "one value"
}

// scalar returns the text of a plain value as it is written, because 1.1 is a version
// here, not a number.
func (f configFile) scalar(s Setting, at *token.Token, node ast.Node) (string, error) {
	switch node := node.(type) {
	case *ast.NullNode:
		return "", f.errorf(at, "%s has no value", s.FileKey())
	case *ast.StringNode:
		return node.Value, nil
	case *ast.LiteralNode:
		return strings.TrimSuffix(node.Value.Value, "\n"), nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return node.GetToken().Value, nil
	}
	return "", f.errorf(at, "%s: want %s", s.FileKey(), s.shape())
}

func (f configFile) given(s Setting, at *token.Token, text string) given {
	return given{text, origin{fromFile, f.at(at), f.at(at) + ": " + s.FileKey()}}
}
