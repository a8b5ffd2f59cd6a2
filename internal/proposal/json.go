package proposal

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
)

// valueLimit is the number of values of JSON that one expression may give.
const valueLimit = 100_000

// plain returns a value of CEL as a value that [writeJSON] can write.
func plain(v ref.Val) (any, error) {
	left := valueLimit
	return plainWithin(v, &left)
}

func plainWithin(v ref.Val, left *int) (any, error) {
	if *left--; *left < 0 {
		return nil, errTooLong
	}
	switch v := v.(type) {
	case types.String:
		return string(v), nil
	case types.Int:
		return int64(v), nil
	case types.Uint:
		return uint64(v), nil
	case types.Double:
		return float64(v), nil
	case types.Bool:
		return bool(v), nil
	case types.Bytes:
		return base64.StdEncoding.EncodeToString(v), nil
	case types.Null:
		return nil, nil //nolint:nilnil // JSON's null
	case traits.Lister:
		list := []any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			entry, err := plainWithin(it.Next(), left)
			if err != nil {
				return nil, err
			}
			list = append(list, entry)
		}
		return list, nil
	case traits.Mapper:
		object := yaml.MapSlice{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			value, err := plainWithin(v.Get(key), left)
			if err != nil {
				return nil, err
			}
			object = append(object, yaml.MapItem{Key: fmt.Sprint(key.Value()), Value: value})
		}
		slices.SortFunc(object, func(a, b yaml.MapItem) int { return order(a.Key.(string), b.Key.(string)) })
		return object, nil
	}
	switch value := v.Value().(type) {
	case Descriptor:
		return yaml.MapSlice{{Key: "mediaType", Value: value.MediaType}, {Key: "digest", Value: value.Digest}, {Key: "size", Value: value.Size}}, nil
	case *Descriptor:
		return yaml.MapSlice{{Key: "mediaType", Value: value.MediaType}, {Key: "digest", Value: value.Digest}, {Key: "size", Value: value.Size}}, nil
	}
	return nil, fmt.Errorf("a value of the type %s cannot be written as JSON", v.Type().TypeName())
}

// order is the order of the keys of descriptors, in which programs write them.
func order(a, b string) int {
	usual := []string{"mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"}
	i, j := slices.Index(usual, a), slices.Index(usual, b)
	if i >= 0 && j >= 0 {
		return i - j
	}
	return strings.Compare(a, b)
}

// renderJSON writes a value of YAML as JSON, with its placeholders replaced. Keys stay in
// their order.
func renderJSON(ctx context.Context, value any, in scope, env Environment) ([]byte, error) {
	var out bytes.Buffer
	if err := writeJSON(ctx, &out, value, in, env); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func writeJSON(ctx context.Context, out *bytes.Buffer, value any, in scope, env Environment) error {
	if out.Len() > documentLimit {
		return errTooLong
	}
	switch value := value.(type) {
	case yaml.MapSlice:
		out.WriteByte('{')
		for i, item := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			key, err := renderText(ctx, fmt.Sprint(item.Key), in, env)
			if err != nil {
				return err
			}
			quoted, _ := json.Marshal(key)
			out.Write(append(quoted, ':'))
			if err := writeJSON(ctx, out, item.Value, in, env); err != nil {
				return err
			}
		}
		out.WriteByte('}')
		return nil
	case []any:
		out.WriteByte('[')
		for i, entry := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := writeJSON(ctx, out, entry, in, env); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		return nil
	case string:
		rendered, err := render(ctx, value, in, env)
		if err != nil {
			return err
		}
		if text, same := rendered.(string); !same {
			return writeJSON(ctx, out, done(rendered), in, env)
		} else {
			value = text
		}
		data, err := json.Marshal(value)
		out.Write(data)
		return err
	case rendered:
		data, err := value.MarshalJSON()
		out.Write(data)
		return err
	}
	data, err := json.Marshal(value)
	out.Write(data)
	return err
}

// rendered is a value in which no text is a placeholder any more.
type rendered struct{ value any }

func done(value any) rendered { return rendered{value} }

// MarshalJSON writes the value with its keys in their order.
func (r rendered) MarshalJSON() ([]byte, error) {
	switch value := r.value.(type) {
	case yaml.MapSlice:
		out := []byte{'{'}
		for i, item := range value {
			if i > 0 {
				out = append(out, ',')
			}
			key, _ := json.Marshal(item.Key)
			entry, err := rendered{item.Value}.MarshalJSON()
			if err != nil {
				return nil, err
			}
			out = append(append(append(out, key...), ':'), entry...)
		}
		return append(out, '}'), nil
	case []any:
		out := []byte{'['}
		for i, item := range value {
			if i > 0 {
				out = append(out, ',')
			}
			entry, err := rendered{item}.MarshalJSON()
			if err != nil {
				return nil, err
			}
			out = append(out, entry...)
		}
		return append(out, ']'), nil
	}
	return json.Marshal(r.value)
}
