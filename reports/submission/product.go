package submission

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Fields of PRODUCT.yaml.
var (
	needed   = []string{"vendor", "name", "version", "website_url", "documentation_url", "type", "description"}
	optional = []string{"repo_url", "product_logo_url"}
)

// Values and parts of values that templates and the program's example have, in lower
// case.
var (
	placeholders     = []string{"todo", "tbd", "fixme", "changeme", "example", "..."}
	placeholderParts = []string{"yoyodyne", "yoyo.dyne", "turbo encabulator", "turbo-encabulator", "://example.", "<"}
)

// product looks at PRODUCT.yaml.
func (r *review) product(data []byte) {
	var fields map[string]any
	if err := yaml.Unmarshal(data, &fields); err != nil {
		r.add(productFile, "is no YAML: %v", err)
		return
	}
	for _, name := range needed {
		if fields[name] == nil || strings.TrimSpace(fmt.Sprint(fields[name])) == "" {
			r.add(productFile, "%s is missing", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if fields[name] == nil {
			continue
		}
		value := fmt.Sprint(fields[name])
		switch {
		case !slices.Contains(needed, name) && !slices.Contains(optional, name):
			r.add(productFile, "%s is no field of it", name)
		case isPlaceholder(value):
			r.add(productFile, "%s is still a placeholder: %s", name, value)
		case strings.HasSuffix(name, "_url"):
			r.address(name, value)
		case name == "description" && strings.Contains(strings.TrimSpace(value), "\n"):
			r.add(productFile, "description is more than a sentence")
		}
	}
}

func isPlaceholder(value string) bool {
	lower := strings.ToLower(strings.TrimSpace(value))
	return slices.Contains(placeholders, lower) || strings.HasPrefix(value, todo) ||
		slices.ContainsFunc(placeholderParts, func(part string) bool { return strings.Contains(lower, part) })
}

// address looks at a URL of the product.
func (r *review) address(name, value string) {
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		r.add(productFile, "%s is no URL: %s", name, value)
		return
	}
	if name == "product_logo_url" && slices.Contains([]string{".png", ".jpg", ".jpeg", ".gif", ".webp"}, strings.ToLower(path.Ext(u.Path))) {
		r.add(productFile, "product_logo_url is %s: the program wants SVG, AI or EPS", path.Ext(u.Path))
	}
}
