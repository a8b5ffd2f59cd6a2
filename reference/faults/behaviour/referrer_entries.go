package behaviour

import (
	"maps"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
)

// EachReferrer edits the descriptors of a list of referrers.
func EachReferrer(edit func(Object)) Change {
	return OK(EditJSON(func(d Object) {
		for _, e := range Entries(d, "manifests") {
			edit(e)
		}
	}))
}

// EachReferrerThat edits the descriptors in a list of referrers that the check matches.
func EachReferrerThat(check func(Object) bool, edit func(Object)) Change {
	return EachReferrer(EditWhen(check, edit))
}

// EntryOf matches the descriptors with a media type.
func EntryOf(mediaType string) func(Object) bool {
	return func(e Object) bool { return Field(e, "mediaType") == mediaType }
}

// IndexEntry matches the descriptors of indexes.
var IndexEntry = EntryOf(IndexType)

// TypedByConfig matches the descriptors of the suite's images without an artifactType.
// They are listed with the media type of their config.
func TypedByConfig(e Object) bool {
	return strings.HasSuffix(Field(e, "artifactType"), "+config") && !IndexEntry(e)
}

// NoSize sets the size of a descriptor to 0.
func NoSize(e Object) { e["size"] = 0 }

// NoArtifactType removes the artifactType from a descriptor.
func NoArtifactType(e Object) { delete(e, "artifactType") }

// NoAnnotations removes the annotations from a descriptor.
func NoAnnotations(e Object) { delete(e, "annotations") }

// UnknownType is an artifactType for artifacts of unknown type.
const UnknownType = "application/vnd.unknown.artifact.v1"

// TypedByField matches the descriptors of the suite's images that have an
// artifactType.
var TypedByField = AllOf(EntryOf(ImageType), FieldThat(EndingIn("+type"), "artifactType"))

// DropAnnotations removes the annotations of a descriptor that the check matches.
func DropAnnotations(check func(name string, value any) bool) func(Object) {
	return func(e Object) {
		annotations, _ := e["annotations"].(Object)
		maps.DeleteFunc(annotations, check)
	}
}

// NamedWithSlash matches the annotations with a slash in their name.
func NamedWithSlash(name string, _ any) bool { return strings.Contains(name, "/") }

// OfImageSpec matches the annotations whose names image-spec defines.
func OfImageSpec(name string, _ any) bool { return strings.HasPrefix(name, "org.opencontainers.") }

// OfNoValue matches the annotations with an empty value.
func OfNoValue(_ string, value any) bool { return value == "" }

// EscapeAnnotations escapes the values of annotations once more.
func EscapeAnnotations(e Object) {
	annotations, _ := e["annotations"].(Object)
	for name, value := range annotations {
		if s, _ := value.(string); strings.Contains(s, `"`) {
			annotations[name] = strings.ReplaceAll(s, `"`, `\"`)
		}
	}
}

// TypeFrom replaces the artifactType of a descriptor by the result of f. It does
// nothing when there is none.
func TypeFrom(f func(string) string) func(Object) {
	return func(e Object) {
		if t := Field(e, "artifactType"); t != "" {
			e["artifactType"] = f(t)
		}
	}
}

// CutAt64 keeps the first 64 characters of a text.
func CutAt64(s string) string { return s[:min(len(s), 64)] }

// AnnotationFrom replaces the values of the annotations of a descriptor by the result of
// f.
func AnnotationFrom(f func(string) string) func(Object) {
	return func(e Object) {
		annotations, _ := e["annotations"].(Object)
		for name, value := range annotations {
			if s, ok := value.(string); ok {
				annotations[name] = f(s)
			}
		}
	}
}

// CutAt255 keeps the first 255 characters of a text.
func CutAt255(s string) string { return s[:min(len(s), 255)] }

// BlankTypeListed lists referrers whose own artifactType is an empty string without an
// artifactType.
func BlankTypeListed(next http.Handler) http.Handler {
	blank := new(Marks) // digests
	handler := Handle(PutManifest, func(next http.Handler, req *http.Request) *Answer {
		data := BodyOf(req)
		if own, has := Parsed(data)["artifactType"]; has && own == "" {
			blank.Add(digest.FromBytes(data).String())
		}
		return Pass(next, req)
	})(next)
	return OnAnswer(ListReferrers, EachReferrerThat(FieldThat(blank.Has, "digest"), NoArtifactType))(handler)
}
