package proposal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/ext"
	"google.golang.org/protobuf/types/known/structpb"
)

// Limits of one expression. They bound its time and its memory.
const (
	costLimit = 100_000 // in CEL's units: about one for each step and for each ten bytes
	nesting   = 40
	longest   = 2000 // characters
)

// Answer and its parts are what expressions see of an exchange.
type (
	// Response is an answer.
	Response struct {
		Status    int64             `cel:"status"` // 0: there was none
		Header    map[string]string `cel:"header"` // names in lower case; several values with commas
		MediaType string            `cel:"mediaType"`
		Body      *structpb.Value   `cel:"body"`   // the JSON value; null if it is not JSON
		Text      string            `cel:"text"`   // the body as it came, its first 4 MiB
		Pages     []*structpb.Value `cel:"pages"`  // the bodies of all pages of a list, if the step asks for pages
		Broken    string            `cel:"broken"` // why there are no further pages although a Link leads to one; empty: there are none
	}
	// Descriptor describes content (image-spec, descriptor.md).
	Descriptor struct {
		MediaType string `cel:"mediaType"`
		Digest    string `cel:"digest"`
		Size      int64  `cel:"size"` // bytes
	}
	// Stored is a manifest of the repository that a registry is played with.
	Stored struct {
		MediaType string          `cel:"mediaType"`
		Digest    string          `cel:"digest"`
		Size      int64           `cel:"size"`
		Tags      []string        `cel:"tags"`
		Document  *structpb.Value `cel:"document"`
	}
)

// scope names the variables of an expression, with their types.
type scope map[string]*cel.Type

var (
	responseType   = cel.ObjectType("proposal.Response")
	descriptorType = cel.ObjectType("proposal.Descriptor")
	storedType     = cel.ObjectType("proposal.Stored")
)

// with returns the scope with further variables of one type.
func (s scope) with(kind *cel.Type, names ...string) scope {
	more := maps.Clone(s)
	for _, name := range names {
		more[name] = kind
	}
	return more
}

// given has the variables of every document.
var given = scope{
	"nonce": cel.StringType, "copy": cel.IntType, "contents": cel.MapType(cel.StringType, cel.BytesType),
	"image": descriptorType, "config": descriptorType, "layers": cel.ListType(descriptorType), "arm64": descriptorType, "empty": descriptorType,
}

// playing has the variables of the answers of endpoints.
var playing = scope{
	"repository": cel.StringType, "path": cel.MapType(cel.StringType, cel.StringType), "query": cel.MapType(cel.StringType, cel.StringType),
	"header": cel.MapType(cel.StringType, cel.StringType), "body": cel.DynType, "digest": cel.StringType, "manifests": cel.ListType(storedType),
}

// standard is CEL with our types and functions, without variables. It has no function
// that reads anything or that makes long texts of short ones.
var standard = sync.OnceValue(func() *cel.Env {
	env, err := cel.NewEnv(
		cel.ParserRecursionLimit(nesting), cel.ParserExpressionSizeLimit(longest), cel.CrossTypeNumericComparisons(true),
		ext.NativeTypes(reflect.TypeFor[Response](), reflect.TypeFor[Descriptor](), reflect.TypeFor[Stored](), ext.ParseStructTags(true)),
		ext.Encoders(),
		text("referrersTag", ReferrersTag), text("hex", hexOf),
		cel.Function("signature", cel.Overload("signature_string_bytes", []*cel.Type{cel.StringType, cel.BytesType}, cel.StringType, cel.BinaryBinding(signature))),
	)
	if err != nil {
		panic(fmt.Sprintf("proposal: %v", err)) // all of it is part of the program
	}
	return env
})

// expression is a compiled expression.
type expression struct {
	source  string
	ast     *cel.Ast
	program cel.Program
	// tracked keeps the values of all parts. It has no limit of its own, because CEL does
	// not apply one beside it: it is only run after the program has ended within the limit.
	tracked cel.Program
}

// compiled has the expressions that were compiled before, by scope and text.
var compiled sync.Map

// compile compiles an expression. The error is a *celError with its place in the text.
func compile(source string, in scope) (*expression, error) {
	key := source
	for _, name := range slices.Sorted(maps.Keys(in)) {
		key += "\x00" + name + " " + in[name].String()
	}
	if known, ok := compiled.Load(key); ok {
		return known.(*expression), nil
	}
	if len(source) > longest {
		return nil, &celError{text: fmt.Sprintf("the expression is longer than %d characters", longest)}
	}
	var variables []cel.EnvOption
	for name, kind := range in {
		variables = append(variables, cel.Variable(name, kind))
	}
	env, err := standard().Extend(variables...)
	if err != nil {
		return nil, &celError{text: err.Error()}
	}
	ast, issues := env.Compile(source)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		text := first.Message
		if strings.HasPrefix(text, "undeclared reference") {
			text = strings.TrimSuffix(text, " (in container '')") + ": there are " + strings.Join(slices.Sorted(maps.Keys(in)), ", ")
		}
		return nil, &celError{first.Location.Line(), first.Location.Column(), text}
	}
	program, err := env.Program(ast, cel.CostLimit(costLimit), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, &celError{text: err.Error()}
	}
	tracked, err := env.Program(ast, cel.EvalOptions(cel.OptTrackState))
	if err != nil {
		return nil, &celError{text: err.Error()}
	}
	made := &expression{source, ast, program, tracked}
	compiled.Store(key, made)
	return made, nil
}

// celError is an error of an expression, with its place in the text: the line counts
// from 1, the column from 0.
type celError struct {
	line, column int
	text         string
}

func (e *celError) Error() string { return e.text }

// value evaluates the expression.
func (x *expression) value(ctx context.Context, variables map[string]any) (ref.Val, error) {
	val, _, err := x.program.ContextEval(ctx, variables)
	if err != nil && strings.Contains(err.Error(), "cost limit exceeded") {
		err = errors.New("the expression needs too many steps")
	}
	return val, err
}

// Environment has the values of variables.
type Environment map[string]any

// Holds evaluates a condition of a requirement. If it does not hold, received says what
// the compared value is instead.
func (p *Proposal) Holds(ctx context.Context, condition string, in Environment, answers []string) (holds bool, received string) {
	x, err := compile(condition, p.judging(answers))
	if err != nil {
		return false, err.Error()
	}
	val, err := x.value(ctx, in)
	if err != nil {
		return false, err.Error()
	}
	holds, _ = val.Value().(bool)
	if holds {
		return true, ""
	}
	return false, x.explain(in)
}

// judging is the scope of the expressions of a requirement.
func (p *Proposal) judging(answers []string) scope {
	return p.documentScope(len(p.Documents)).with(responseType, append(answers, "answer")...).with(cel.StringType, "each", "missing").
		with(cel.MapType(cel.StringType, cel.ListType(descriptorType)), "copies")
}

// JSON returns a body as expressions see it: null if it is not JSON.
func JSON(body []byte) *structpb.Value {
	var value any
	if json.Unmarshal(body, &value) == nil {
		if made, err := structpb.NewValue(value); err == nil {
			return made
		}
	}
	return structpb.NewNullValue()
}
