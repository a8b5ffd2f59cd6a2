package state

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/opencontainers/go-digest"
)

// Diff describes the differences, a line for each.
func (s Snapshot) Diff(after Snapshot) []string {
	var lines []string
	each(s.Tags, after.Tags, func(tag string, was, is Manifest) {
		lines = append(lines, changed("tag "+tag, was.text(), is.text())...)
	})
	each(s.Manifests, after.Manifests, func(d digest.Digest, was, is Manifest) {
		lines = append(lines, changed("manifest "+brief(d), was.text(), is.text())...)
	})
	each(s.Blobs, after.Blobs, func(d digest.Digest, was, is bool) {
		// The blobs of a manifest that is gone were not requested.
		_, before := s.Blobs[d]
		if _, asked := after.Blobs[d]; before && asked {
			lines = append(lines, changed("blob "+brief(d), presence(was), presence(is))...)
		}
	})
	lines = append(lines, lists("referrers", s.Referrers, after.Referrers)...)
	return append(lines, lists("the referrers tag", s.Fallbacks, after.Fallbacks)...)
}

// each calls call for each key of the two maps, in order, with both values.
func each[K cmp.Ordered, V any](before, after map[K]V, call func(key K, was, is V)) {
	keys := slices.AppendSeq(slices.Collect(maps.Keys(before)), maps.Keys(after))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		call(key, before[key], after[key])
	}
}

const gone = "gone"

func presence(there bool) string {
	if there {
		return "there"
	}
	return ""
}

func (m Manifest) text() string {
	if m.SHA256 == "" {
		return ""
	}
	return fmt.Sprintf("%s (%s)", brief(m.SHA256), m.MediaType)
}

// changed returns a line for a value that has changed. A value that is not there is "".
func changed(what, was, is string) []string {
	if was == is {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s -> %s", what, cmp.Or(was, "not there"), cmp.Or(is, gone))}
}

// lists compares lists of referrers.
func lists(what string, before, after map[digest.Digest]List) []string {
	var lines []string
	each(before, after, func(subject digest.Digest, was, is List) {
		name := fmt.Sprintf("%s of %s", what, brief(subject))
		if _, had := before[subject]; had {
			lines = append(lines, changed(name, was.MediaType, is.MediaType)...)
		}
		for _, d := range was.Entries {
			if !slices.Contains(is.Entries, d) {
				lines = append(lines, fmt.Sprintf("%s: without %s", name, brief(d)))
			}
		}
		for _, d := range is.Entries {
			if !slices.Contains(was.Entries, d) {
				lines = append(lines, fmt.Sprintf("%s: %s is new", name, brief(d)))
			}
		}
	})
	return lines
}
