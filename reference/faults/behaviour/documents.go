package behaviour

import (
	"encoding/json"
	"strings"
)

// Media types.
const (
	IndexType = "application/vnd.oci.image.index.v1+json"
	ImageType = "application/vnd.oci.image.manifest.v1+json"
	EmptyType = "application/vnd.oci.empty.v1+json"
	// DockerType is the type of Docker's image manifest.
	DockerType = "application/vnd.docker.distribution.manifest.v2+json"
)

// EmptyIndex is an index without manifests. An empty list of referrers is one.
const EmptyIndex = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`

// Object is a JSON object.
type Object = map[string]any

// Parsed decodes a JSON object. It is nil when data is not one.
func Parsed(data []byte) Object {
	var d Object
	_ = json.Unmarshal(data, &d)
	return d
}

// Field is the text at a path inside of JSON, as in Field(d, "config", "mediaType"). It
// is empty when there is none.
func Field(d Object, path ...string) string {
	for _, name := range path[:len(path)-1] {
		d, _ = d[name].(Object)
	}
	s, _ := d[path[len(path)-1]].(string)
	return s
}

// Entries are the objects of a list such as "layers" or "manifests".
func Entries(d Object, name string) []Object {
	var found []Object
	list, _ := d[name].([]any)
	for _, item := range list {
		if entry, ok := item.(Object); ok {
			found = append(found, entry)
		}
	}
	return found
}

// IsIndex says whether a manifest is an index.
func IsIndex(d Object) bool { _, has := d["manifests"]; return has }

// HasSubject says whether a manifest has a subject.
func HasSubject(d Object) bool { return Field(d, "subject", "digest") != "" }

// IsDocker says whether a media type is a Docker type.
func IsDocker(mediaType string) bool { return strings.HasPrefix(mediaType, "application/vnd.docker.") }

// MadeUp matches the media types that the suite has made up. No standard lists them.
func MadeUp(mediaType string) bool {
	return strings.HasPrefix(mediaType, "application/vnd.example.") && !HasTypeParameter(mediaType)
}

// HasTypeParameter says whether a media type has a parameter, such as a
// charset.
func HasTypeParameter(mediaType string) bool { return strings.Contains(mediaType, ";") }

// Drop removes fields from a document.
func Drop(names ...string) func(Object) {
	return func(d Object) {
		for _, name := range names {
			delete(d, name)
		}
	}
}

// DropLike removes the fields of a document whose name has this prefix.
func DropLike(prefix string) func(Object) {
	return func(d Object) {
		for name := range d {
			if strings.HasPrefix(name, prefix) {
				delete(d, name)
			}
		}
	}
}

// DropEntries removes the entries of a list when the check matches one of their values.
func DropEntries(list, name string, check func(string) bool) func(Object) {
	return func(d Object) {
		if !AnyEntry(list, name, check)(d) {
			return
		}
		var left []Object
		for _, e := range Entries(d, list) {
			if !check(Field(e, name)) {
				left = append(left, e)
			}
		}
		d[list] = left
	}
}

// SetField sets a field of a document or of a descriptor.
func SetField(name string, value any) func(Object) { return func(d Object) { d[name] = value } }

// RenameField renames a field of a document.
func RenameField(old, new string) func(Object) {
	return func(d Object) {
		d[new] = d[old]
		delete(d, old)
	}
}

// Doubled repeats every entry of a list.
func Doubled(name string) func(Object) {
	return func(d Object) {
		list, _ := d[name].([]any)
		d[name] = append(list, list...)
	}
}

// EditWhen edits the documents that the check matches.
func EditWhen(check func(Object) bool, edit func(Object)) func(Object) {
	return func(d Object) {
		if check(d) {
			edit(d)
		}
	}
}
