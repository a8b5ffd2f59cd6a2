package behaviour

import (
	"slices"
	"strings"
)

// AllOf takes the documents that every check takes.
func AllOf(checks ...func(Object) bool) func(Object) bool {
	return func(d Object) bool {
		return !slices.ContainsFunc(checks, func(check func(Object) bool) bool { return !check(d) })
	}
}

// Holds takes the documents with a field.
func Holds(name string) func(Object) bool { return func(d Object) bool { return d[name] != nil } }

// Lacks takes the documents without a field.
func Lacks(name string) func(Object) bool { return func(d Object) bool { return d[name] == nil } }

// FieldThat takes the documents with a text, as Field finds it, that the check
// takes.
func FieldThat(check func(string) bool, path ...string) func(Object) bool {
	return func(d Object) bool { return check(Field(d, path...)) }
}

// FieldIs takes the documents with this text, as Field finds it. The empty text
// stands for none.
func FieldIs(value string, path ...string) func(Object) bool {
	return func(d Object) bool { return Field(d, path...) == value }
}

// AnyEntry takes the documents with an entry in a list that has a text that the
// check takes.
func AnyEntry(list, name string, check func(string) bool) func(Object) bool {
	return func(d Object) bool {
		return slices.ContainsFunc(Entries(d, list), func(e Object) bool { return check(Field(e, name)) })
	}
}

// AnyLayer takes the manifests with a layer whose media type the check takes.
func AnyLayer(check func(string) bool) func(Object) bool {
	return AnyEntry("layers", "mediaType", check)
}

// AnyChild takes the indexes with an entry whose media type the check takes.
func AnyChild(check func(string) bool) func(Object) bool {
	return AnyEntry("manifests", "mediaType", check)
}

// IsImage says whether a manifest is no index.
func IsImage(d Object) bool { return !IsIndex(d) }

// Given takes every text but the empty one.
func Given(s string) bool { return s != "" }

// Being takes one text alone.
func Being(text string) func(string) bool { return func(s string) bool { return s == text } }

// OtherThan takes every text but one.
func OtherThan(text string) func(string) bool { return func(s string) bool { return s != text } }

// EndingIn takes the texts that end like this.
func EndingIn(suffix string) func(string) bool {
	return func(s string) bool { return strings.HasSuffix(s, suffix) }
}

// No takes the texts that the check does not.
func No(check func(string) bool) func(string) bool { return func(s string) bool { return !check(s) } }

// AnIndex is an answer with an index.
func AnIndex(a *Answer) bool { return strings.Contains(a.Header.Get("Content-Type"), "image.index") }

// FromDocker is an answer with a manifest of Docker's.
func FromDocker(a *Answer) bool {
	return strings.Contains(a.Header.Get("Content-Type"), "vnd.docker.")
}

// AnArtifact is an answer with an image manifest that has an artifactType.
func AnArtifact(a *Answer) bool {
	return strings.Contains(string(a.Body), `"artifactType"`) && !AnIndex(a)
}

// BodyOver is an answer with more than size bytes.
func BodyOver(size int) func(*Answer) bool {
	return func(a *Answer) bool { return len(a.Body) > size }
}

// MadeUpTar takes the media types of tars that are on no list.
func MadeUpTar(mediaType string) bool {
	return MadeUp(mediaType) && !strings.HasSuffix(mediaType, "+json")
}
