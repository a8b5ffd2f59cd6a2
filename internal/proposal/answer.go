package proposal

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/goccy/go-yaml"
)

// Asked is a request to a registry that is played, with the content of its repository.
type Asked struct {
	Repository string
	Path       map[string]string // the words in braces
	Query      map[string]string
	Header     map[string]string // names in lower case
	Body       []byte
	Digest     string // of the body
	Manifests  []Stored
}

func (a Asked) environment() Environment {
	return Environment{
		"repository": a.Repository, "path": a.Path, "query": a.Query, "header": a.Header,
		"body": JSON(a.Body), "digest": a.Digest, "manifests": a.Manifests,
	}
}

// Given says whether an answer is the one for a request.
func (a Answer) Given(ctx context.Context, to Asked) (bool, error) {
	if a.If == "" {
		return true, nil
	}
	x, err := compile(a.If, playing)
	if err != nil {
		return false, err
	}
	val, err := x.value(ctx, to.environment())
	if err != nil {
		return false, err
	}
	holds, _ := val.Value().(bool)
	return holds, nil
}

// Fields are the header fields of an answer.
func (a Answer) Fields(ctx context.Context, to Asked) (map[string]string, error) {
	fields := map[string]string{}
	for _, item := range a.Header {
		value, err := renderText(ctx, fmt.Sprint(item.Value), playing, to.environment())
		if err != nil {
			return nil, err
		}
		if value != "" {
			fields[fmt.Sprint(item.Key)] = value
		}
	}
	return fields, nil
}

// Content is the body of an answer; nil if it has none.
func (a Answer) Content(ctx context.Context, to Asked) (json.RawMessage, error) {
	if a.Body == nil {
		return nil, nil
	}
	return renderJSON(ctx, a.Body, playing, to.environment())
}

// Keys are the keys of an object of the file, in their order.
func Keys(object yaml.MapSlice) []string {
	var keys []string
	for _, item := range object {
		keys = append(keys, fmt.Sprint(item.Key))
	}
	return keys
}
