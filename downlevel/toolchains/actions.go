package toolchains

import (
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
)

// UnmarshalYAML takes a script, a mapping, or a sequence of mappings.
func (a *Actions) UnmarshalYAML(node ast.Node) error {
	switch node.(type) {
	case *ast.SequenceNode:
		return yaml.NodeToValue(node, (*[]Action)(a), yaml.Strict())
	case ast.MapNode:
		*a = make(Actions, 1)
		return yaml.NodeToValue(node, &(*a)[0], yaml.Strict())
	}
	*a = make(Actions, 1)
	return yaml.NodeToValue(node, &(*a)[0].Run)
}
