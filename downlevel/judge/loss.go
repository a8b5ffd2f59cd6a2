package judge

import (
	"encoding/json"
	"slices"

	"github.com/opencontainers/go-digest"
)

// loss is something that a manifest had, and that its copy has not.
type loss struct{ kind, what string }

// The fields that the specifications know, in a manifest and in a descriptor.
var (
	manifestFields   = []string{"schemaVersion", "mediaType", "artifactType", "config", "layers", "blobs", "manifests", "subject", "annotations"}
	descriptorFields = []string{"mediaType", "digest", "size", "urls", "annotations", "data", "platform", "artifactType"}
)

// losses compares a manifest with its copy, field by field. Each kind of loss comes once.
func losses(was, is []byte) []loss {
	before, after := fieldsOf(was), fieldsOf(is)
	var lost []loss
	for _, l := range []loss{
		{HarmSubject, "subject"}, {HarmData, "data"}, {HarmPlatform, "platform"}, {HarmAnnotations, "annotations"},
		{HarmFields, "artifactType"}, {HarmFields, "fields"},
	} {
		if after[l.what] < before[l.what] {
			lost = append(lost, l)
		}
	}
	return lost
}

// fieldsOf counts the fields of a manifest that can be lost. All fields that no
// specification knows are counted as "fields".
func fieldsOf(manifest []byte) map[string]int {
	counts := map[string]int{}
	var doc map[string]any
	if json.Unmarshal(manifest, &doc) != nil {
		return counts
	}
	count(doc, manifestFields, counts)
	for _, key := range []string{"config", "layers", "blobs", "manifests"} {
		list, isList := doc[key].([]any)
		if !isList {
			list = []any{doc[key]}
		}
		for _, item := range list {
			if descriptor, ok := item.(map[string]any); ok {
				count(descriptor, descriptorFields, counts)
			}
		}
	}
	return counts
}

func count(object map[string]any, known []string, counts map[string]int) {
	for key, value := range object {
		switch {
		case !slices.Contains(known, key):
			counts["fields"]++
		case key == "annotations":
			if annotations, ok := value.(map[string]any); ok {
				counts[key] += len(annotations)
			}
		default:
			counts[key]++
		}
	}
}

// bytesOf returns the bytes of a manifest of the content, or of one that was found.
func (e Evidence) bytesOf(d digest.Digest) []byte {
	if m, ok := e.lookup(d); ok {
		return m.Data
	}
	return e.Documents[d].Data
}

// lost adds what the copy has lost on the way. What the copy of the image alone loses,
// too, is no harm; but what an artifact loses is: the annotation of a layer may be the
// signature.
func (e Evidence) lost(j *Judgement, was, is digest.Digest) {
	for _, l := range losses(e.bytesOf(was), e.bytesOf(is)) {
		switch {
		case e.Control == nil:
			j.Lost = append(j.Lost, l.what)
		case e.Verb.Like() == e.Verb && slices.Contains(e.Control.Lost, l.what):
		default:
			j.HarmOf(l.kind, l.what, "the copy of %s (%s) has lost its %s", e.what(was), Brief(was), l.what)
		}
	}
}

// orphaned judges a copy under another digest: what is attached to the old one is not
// found from the new one.
func (e Evidence) orphaned(j *Judgement, was, is digest.Digest) {
	attached := e.attachedTo(was)
	if len(attached) == 0 || slices.Contains(e.Documents[is].Children, was) || slices.Contains(j.drifted, was) {
		return
	}
	j.drifted = append(j.drifted, was)
	j.HarmOf(HarmOrphaned, e.words(attached),
		"the digest changed from %s to %s: what is attached (%s) names the old digest, and is not found from the copy", Brief(was), Brief(is), e.words(attached))
}
