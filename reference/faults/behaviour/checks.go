package behaviour

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// AllOf matches the documents that every check matches.
func AllOf(checks ...func(Object) bool) func(Object) bool {
	return func(d Object) bool {
		return !slices.ContainsFunc(checks, func(check func(Object) bool) bool { return !check(d) })
	}
}

// Holds matches the documents with a field.
func Holds(name string) func(Object) bool { return func(d Object) bool { return d[name] != nil } }

// Lacks matches the documents without a field.
func Lacks(name string) func(Object) bool { return func(d Object) bool { return d[name] == nil } }

// FieldThat matches the documents in which the check matches a text. Field finds the
// text.
func FieldThat(check func(string) bool, path ...string) func(Object) bool {
	return func(d Object) bool { return check(Field(d, path...)) }
}

// FieldIs matches the documents in which Field finds this text. The empty text means
// that there is no such field.
func FieldIs(value string, path ...string) func(Object) bool {
	return func(d Object) bool { return Field(d, path...) == value }
}

// AnyEntry matches the documents with a list in which an entry has a text that the
// check matches.
func AnyEntry(list, name string, check func(string) bool) func(Object) bool {
	return func(d Object) bool {
		return slices.ContainsFunc(Entries(d, list), func(e Object) bool { return check(Field(e, name)) })
	}
}

// AnyLayer matches the manifests with a layer whose media type the check matches.
func AnyLayer(check func(string) bool) func(Object) bool {
	return AnyEntry("layers", "mediaType", check)
}

// AnyChild matches the indexes with an entry whose media type the check matches.
func AnyChild(check func(string) bool) func(Object) bool {
	return AnyEntry("manifests", "mediaType", check)
}

// IsImage says whether a manifest is not an index.
func IsImage(d Object) bool { return !IsIndex(d) }

// Given matches every text except the empty one.
func Given(s string) bool { return s != "" }

// Being matches only this text.
func Being(text string) func(string) bool { return func(s string) bool { return s == text } }

// OtherThan matches every text except this one.
func OtherThan(text string) func(string) bool { return func(s string) bool { return s != text } }

// EndingIn matches the texts that end like this.
func EndingIn(suffix string) func(string) bool {
	return func(s string) bool { return strings.HasSuffix(s, suffix) }
}

// No matches the texts that the check does not match.
func No(check func(string) bool) func(string) bool { return func(s string) bool { return !check(s) } }

// AnIndex matches answers with an index.
func AnIndex(a *Answer) bool { return strings.Contains(a.Header.Get("Content-Type"), "image.index") }

// FromDocker matches answers with a Docker manifest.
func FromDocker(a *Answer) bool {
	return strings.Contains(a.Header.Get("Content-Type"), "vnd.docker.")
}

// AnArtifact matches answers with an image manifest that has an artifactType.
func AnArtifact(a *Answer) bool {
	return strings.Contains(string(a.Body), `"artifactType"`) && !AnIndex(a)
}

// BodyOver matches answers with more than size bytes.
func BodyOver(size int) func(*Answer) bool {
	return func(a *Answer) bool { return len(a.Body) > size }
}

// BodyOf4096 matches answers with 4096 bytes.
func BodyOf4096(a *Answer) bool { return len(a.Body) == 4096 }

// OfMadeUpType matches answers with a media type that the suite makes up.
func OfMadeUpType(a *Answer) bool { return MadeUp(a.Header.Get("Content-Type")) }

// ShortText matches answers with a text of less than 1000 bytes.
func ShortText(a *Answer) bool {
	return len(a.Body) < 1000 && utf8.Valid(a.Body) && !bytes.ContainsRune(a.Body, 0)
}

// MadeUpTar matches the made-up media types that do not end in +json.
func MadeUpTar(mediaType string) bool {
	return MadeUp(mediaType) && !strings.HasSuffix(mediaType, "+json")
}
