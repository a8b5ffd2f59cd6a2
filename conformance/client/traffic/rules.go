package traffic

import (
	"slices"
	"strings"

	require "assay/conformance/requirements"
)

// Traffic is what one client sent to one registry.
type Traffic struct {
	All []*Exchange
	// Sizes has the sizes of blobs in bytes that the client was given, by digest.
	Sizes map[string]int64
	// Given are the SHA-256 digests of manifests that the client did not make.
	Given map[string]bool
	// Proxy says that the registry is a proxy.
	Proxy bool
}

// Violation is a request that breaks a rule.
type Violation struct {
	Exchange *Exchange
	Received string
}

// Rule is a requirement on every request of its kind.
type Rule struct {
	Requirement require.ID
	// Title is the title of the spec.
	Title string
	// Expected is what the requirement asks for.
	Expected string
	// Absent is the message if the client sent no such request.
	Absent string
	// Look returns the number of requests that the rule is about, and the first one that
	// breaks it.
	Look func(t Traffic) (about int, broken *Violation)
}

// Rules are all rules, in the order of reports.
func Rules() []Rule {
	return slices.Concat(names(), pulls(), contents(), posts(), chunks(), manifests(), made(), lists())
}

// For returns the rule of a requirement; false if it has none.
func For(id require.ID) (Rule, bool) {
	i := slices.IndexFunc(Rules(), func(r Rule) bool { return r.Requirement == id })
	if i < 0 {
		return Rule{}, false
	}
	return Rules()[i], true
}

// each looks at one request after another. received is empty if the request keeps the
// rule.
func each(look func(t Traffic, ex *Exchange) (about bool, received string)) func(Traffic) (int, *Violation) {
	return func(t Traffic) (about int, broken *Violation) {
		for _, ex := range t.All {
			is, received := look(t, ex)
			if !is {
				continue
			}
			about++
			if received != "" && broken == nil {
				broken = &Violation{ex, received}
			}
		}
		return about, broken
	}
}

// both looks in two ways.
func both(first, second func(Traffic) (int, *Violation)) func(Traffic) (int, *Violation) {
	return func(t Traffic) (about int, broken *Violation) {
		about, broken = first(t)
		more, other := second(t)
		if broken == nil {
			broken = other
		}
		return about + more, broken
	}
}

// eachUpload looks at one upload after another.
func eachUpload(look func(t Traffic, u *Upload) (about bool, broken *Violation)) func(Traffic) (int, *Violation) {
	return func(t Traffic) (about int, broken *Violation) {
		for _, u := range Uploads(t.All) {
			is, found := look(t, u)
			if !is {
				continue
			}
			about++
			if broken == nil {
				broken = found
			}
		}
		return about, broken
	}
}

// header is a header as a finding shows it.
func header(ex *Exchange, name string) string {
	values := ex.Request.Header.Values(name)
	if len(values) == 0 {
		return "no " + name
	}
	return name + ": " + strings.Join(values, ", ")
}
