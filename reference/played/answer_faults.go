package played

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/internal/proposal"
)

// wrongField is the value of a header field that is wrong.
const wrongField = "wrong/wrong"

func answerFaults(name, title string, endpoint, number int, a proposal.Answer) []Fault {
	var all []Fault
	add := func(what, summary string, edit func(*Given)) {
		all = append(all, Fault{Name: name + "-" + slug(what), Summary: title + " " + summary, endpoint: endpoint, answer: number, edit: edit})
	}
	if a.If != "" {
		all = append(all, Fault{Name: name + "-always", Summary: title + " is also given if its condition does not hold", endpoint: endpoint, answer: number, unconditional: true})
	}
	if a.Status != 0 {
		other := http.StatusInternalServerError
		if a.Status >= http.StatusBadRequest {
			other = http.StatusOK
		}
		add("status", fmt.Sprintf("has the status %d", other), func(g *Given) { g.Status = other })
	}
	for _, key := range proposal.Keys(a.Header) {
		add("no-"+key, "has no "+key, func(g *Given) { g.Header.Del(key) })
		add("wrong-"+key, "has a wrong "+key, func(g *Given) {
			if g.Header.Get(key) != "" {
				g.Header.Set(key, wrongField)
			}
		})
	}
	for _, item := range a.Body {
		key := fmt.Sprint(item.Key)
		add("no-"+key, "has no "+key, edited(func(body map[string]any) { delete(body, key) }))
		source, isText := item.Value.(string)
		if !isText || !strings.HasPrefix(source, "${") {
			add("wrong-"+key, "has a wrong "+key, edited(func(body map[string]any) { body[key] = "wrong" }))
			continue
		}
		add("empty-"+key, "has an empty "+key, edited(func(body map[string]any) { body[key] = []any{} }))
		add("short-"+key, "lacks the last entry of "+key, editedList(key, func(list []any) []any { return list[:len(list)-1] }))
		add("twice-"+key, "has the first entry of "+key+" twice", editedList(key, func(list []any) []any { return append(list, list[0]) }))
		add("foreign-"+key, "has an entry in "+key+" that does not belong there", edited(func(body map[string]any) {
			if list, ok := body[key].([]any); ok {
				data := []byte("of nobody")
				body[key] = append(list, map[string]any{"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest.FromBytes(data).String(), "size": len(data), "artifactType": "application/vnd.example.foreign"})
			}
		}))
		for _, field := range literalKeys(source) {
			add(key+"-no-"+field, "has entries without "+field+" in "+key, editedEntries(key, func(entry map[string]any) { delete(entry, field) }))
			add(key+"-invented-"+field, "has a "+field+" in entries of "+key+" that have none", editedEntries(key, func(entry map[string]any) {
				if _, has := entry[field]; !has {
					entry[field] = "wrong"
				}
			}))
			add(key+"-wrong-"+field, "has entries with a wrong "+field+" in "+key, editedEntries(key, func(entry map[string]any) {
				switch entry[field].(type) {
				case nil:
				case float64:
					entry[field] = 1
				case map[string]any:
					entry[field] = map[string]any{}
				default:
					entry[field] = "wrong"
				}
			}))
		}
	}
	return all
}

// foreignFields are the faults in which an answer has the header fields of another answer
// of the same endpoint.
func foreignFields(name, title string, endpoint, number int, e proposal.Endpoint) []Fault {
	own := proposal.Keys(e.Answers[number].Header)
	var all []Fault
	for _, other := range e.Answers {
		for _, item := range other.Header {
			key, value := fmt.Sprint(item.Key), fmt.Sprint(item.Value)
			if slices.Contains(own, key) || e.Answers[number].Status == 0 {
				continue
			}
			own = append(own, key)
			if strings.Contains(value, "${") {
				value = wrongField
			}
			all = append(all, Fault{
				Name: name + "-foreign-" + slug(key), Summary: title + " has the " + key + " of another answer", endpoint: endpoint, answer: number,
				edit: func(g *Given) { g.Header.Set(key, value) },
			})
		}
	}
	return all
}

var literal = regexp.MustCompile(`["'](\w+)["']\s*:`)

// literalKeys are the keys of the objects that an expression makes.
func literalKeys(source string) []string {
	var keys []string
	for _, found := range literal.FindAllStringSubmatch(source, -1) {
		if !slices.Contains(keys, found[1]) {
			keys = append(keys, found[1])
		}
	}
	return keys
}

func edited(change func(map[string]any)) func(*Given) {
	return func(g *Given) {
		var body map[string]any
		if json.Unmarshal(g.Body, &body) == nil && body != nil {
			change(body)
			g.Body, _ = json.Marshal(body) // it was JSON
		}
	}
}

func editedList(key string, change func([]any) []any) func(*Given) {
	return edited(func(body map[string]any) {
		if list, ok := body[key].([]any); ok && len(list) > 0 {
			body[key] = change(list)
		}
	})
}

func editedEntries(key string, change func(map[string]any)) func(*Given) {
	return editedList(key, func(list []any) []any {
		for _, entry := range list {
			if object, ok := entry.(map[string]any); ok {
				change(object)
			}
		}
		return list
	})
}
