package client

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// List is an image index that lists referrers. It keeps the fields that it does not
// know, its own and those of its entries.
type List struct {
	fields  map[string]json.RawMessage
	Entries []json.RawMessage
}

// newList is a list without entries.
func newList() *List {
	return &List{fields: map[string]json.RawMessage{
		"schemaVersion": json.RawMessage("2"),
		"mediaType":     json.RawMessage(`"` + ocispec.MediaTypeImageIndex + `"`),
	}}
}

// errNoIndex is the error of what is no image index.
var errNoIndex = errors.New("it is no image index")

// parseList reads a list that was sent as a media type.
func parseList(body []byte, sentAs string) (*List, error) {
	m, err := parse(body, sentAs)
	if err != nil || mediaTypeOf(sentAs) != ocispec.MediaTypeImageIndex || !m.Index() {
		return nil, errNoIndex
	}
	l := &List{}
	if json.Unmarshal(body, &l.fields) != nil {
		return nil, errNoIndex
	}
	entries, found := l.fields["manifests"]
	if !found || json.Unmarshal(entries, &l.Entries) != nil || l.Entries == nil {
		return nil, errNoIndex
	}
	return l, nil
}

// bytes writes the list.
func (l *List) bytes() ([]byte, error) {
	entries := l.Entries
	if entries == nil {
		entries = []json.RawMessage{}
	}
	var err error
	if l.fields["manifests"], err = json.Marshal(entries); err != nil {
		return nil, err
	}
	return json.Marshal(l.fields)
}

// Without removes one of the list's own fields.
func (l *List) Without(field string) { delete(l.fields, field) }

// Descriptors are the entries as descriptors.
func (l *List) Descriptors() []ocispec.Descriptor {
	var all []ocispec.Descriptor
	for _, entry := range l.Entries {
		var d ocispec.Descriptor
		if json.Unmarshal(entry, &d) == nil {
			all = append(all, d)
		}
	}
	return all
}

// Digests are the digests of the entries.
func (l *List) Digests() []digest.Digest {
	var all []digest.Digest
	for _, d := range l.Descriptors() {
		all = append(all, d.Digest)
	}
	return all
}

// Append adds an entry at the end.
func (l *List) Append(d ocispec.Descriptor) bool {
	entry, err := json.Marshal(d)
	if err != nil {
		return false
	}
	l.Entries = append(l.Entries, entry)
	return true
}

// Remove removes the entries with the digest, and returns whether there were any.
func (l *List) Remove(gone digest.Digest) bool {
	before := len(l.Entries)
	l.Entries = slices.DeleteFunc(l.Entries, func(entry json.RawMessage) bool {
		var d ocispec.Descriptor
		return json.Unmarshal(entry, &d) == nil && d.Digest == gone
	})
	return len(l.Entries) < before
}
