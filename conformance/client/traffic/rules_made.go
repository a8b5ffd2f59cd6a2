package traffic

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	"assay/reference/faults/behaviour"
)

// object is a part of a manifest as JSON has it.
type object = map[string]any

// made are the rules on the manifests that a client makes by itself (image-spec,
// manifest.md, image-index.md and descriptor.md).
func made() []Rule {
	rule := func(id require.ID, title, expected string, look func(doc object) string) Rule {
		return Rule{id, title, expected, "the client made no manifest of its own", each(func(t Traffic, ex *Exchange) (bool, string) {
			doc := ex.Fields()
			if doc == nil || !ex.Is("PUT", behaviour.Manifests) || t.Given[ex.SentDigest.String()] || !isManifest(doc) {
				return false, ""
			}
			return true, look(doc)
		})}
	}
	return []Rule{
		rule(require.ClientPushManifestSchemaVersion, "a manifest that the client made has the schemaVersion 2", "schemaVersion: 2", func(doc object) string {
			if doc["schemaVersion"] != float64(2) {
				return fmt.Sprintf("schemaVersion: %v", shown(doc, "schemaVersion"))
			}
			return ""
		}),
		rule(require.ClientPushManifestKind, "the mediaType of a manifest that the client made is that of its kind", "the mediaType of an image manifest or an index", func(doc object) string {
			mediaType, given := doc["mediaType"]
			if given && !slices.Contains(kindsOf(doc), mediaType) {
				return fmt.Sprintf("mediaType: %v", mediaType)
			}
			return ""
		}),
		rule(require.ClientPushManifestRequired, "a manifest that the client made has all fields that are required", "all fields that image-spec requires", lacks),
		rule(require.ClientPushManifestArtifactType, "an artifact that the client made has an artifactType", "an artifactType that is a media type", func(doc object) string {
			config, _ := doc["config"].(object)
			value, given := doc["artifactType"]
			text, _ := value.(string)
			switch {
			case given && !mediaTypeGrammar.MatchString(text):
				return fmt.Sprintf("artifactType: %q", value)
			case !given && config["mediaType"] == ocispec.MediaTypeEmptyJSON:
				return "no artifactType, with the empty config"
			}
			return ""
		}),
		rule(require.ClientPushManifestConfigType, "an artifact that the client made has no config of an image", "a config of another type, or the empty one", func(doc object) string {
			config, _ := doc["config"].(object)
			_, refers := doc["subject"]
			if config["mediaType"] == ocispec.MediaTypeImageConfig && refers && !hasImageLayer(doc) {
				return "a config of the type " + ocispec.MediaTypeImageConfig + ", and no layer of an image"
			}
			return ""
		}),
		rule(require.ClientPushManifestData, "the data of a descriptor that the client made is its content", "data with the content of the descriptor", func(doc object) string {
			for _, d := range descriptorsOf(doc) {
				value, given := d["data"]
				if !given {
					continue
				}
				text, _ := value.(string)
				content, err := base64.StdEncoding.DecodeString(text)
				if err != nil {
					return fmt.Sprintf("data that is not Base 64: %q", value)
				}
				if want, err := digest.Parse(fmt.Sprint(d["digest"])); err == nil && want.Algorithm().FromBytes(content) != want {
					return fmt.Sprintf("data that does not have the digest %s", want)
				}
			}
			return ""
		}),
		rule(require.ClientPushManifestAnnotations, "the annotations of a manifest that the client made are texts", "annotations whose values are texts", func(doc object) string {
			for _, o := range append(descriptorsOf(doc), doc) {
				annotations, given := o["annotations"]
				texts, isObject := annotations.(object)
				if given && !isObject {
					return fmt.Sprintf("annotations: %v", annotations)
				}
				for name, value := range texts {
					if _, isText := value.(string); !isText {
						return fmt.Sprintf("the annotation %s: %v", name, value)
					}
				}
			}
			return ""
		}),
	}
}

// isManifest says whether it is an image manifest or an index, and not a manifest of
// another specification.
func isManifest(doc object) bool {
	for _, field := range []string{"config", "layers", "manifests"} {
		if _, there := doc[field]; there {
			return true
		}
	}
	return false
}

// kindsOf are the mediaTypes that fit: those of image-spec, and those of Docker.
func kindsOf(doc object) []any {
	if _, isIndex := doc["manifests"]; isIndex {
		return []any{ocispec.MediaTypeImageIndex, "application/vnd.docker.distribution.manifest.list.v2+json"}
	}
	return []any{ocispec.MediaTypeImageManifest, "application/vnd.docker.distribution.manifest.v2+json"}
}

// mediaTypeGrammar is that of RFC 6838, section 4.2.
var mediaTypeGrammar = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$`)

// descriptorsOf are the config, the layers and the subject. The entries of an index may be
// those of another client.
func descriptorsOf(doc object) []object {
	var all []object
	for _, field := range []string{"config", "subject"} {
		if d, ok := doc[field].(object); ok {
			all = append(all, d)
		}
	}
	layers, _ := doc["layers"].([]any)
	for _, layer := range layers {
		if d, ok := layer.(object); ok {
			all = append(all, d)
		}
	}
	return all
}

// hasImageLayer says whether a layer is one of a container image.
func hasImageLayer(doc object) bool {
	layers, _ := doc["layers"].([]any)
	return slices.ContainsFunc(layers, func(layer any) bool {
		d, _ := layer.(object)
		mediaType, _ := d["mediaType"].(string)
		return strings.HasPrefix(mediaType, "application/vnd.oci.image.layer.") || strings.HasPrefix(mediaType, "application/vnd.docker.image.rootfs.")
	})
}

// lacks says what is missing, or has a wrong form; empty if nothing is.
func lacks(doc object) string {
	if list, isIndex := doc["manifests"]; isIndex {
		if _, isList := list.([]any); !isList {
			return fmt.Sprintf("manifests: %v", list)
		}
	} else if _, ok := doc["config"].(object); !ok {
		return fmt.Sprintf("config: %v", shown(doc, "config"))
	}
	for _, d := range descriptorsOf(doc) {
		mediaType, _ := d["mediaType"].(string)
		named, _ := d["digest"].(string)
		size, isNumber := d["size"].(float64)
		switch {
		case !mediaTypeGrammar.MatchString(mediaType):
			return fmt.Sprintf("a descriptor whose mediaType is %v", shown(d, "mediaType"))
		case !isDigest(named):
			return fmt.Sprintf("a descriptor whose digest is %v", shown(d, "digest"))
		case !isNumber || size < 0:
			return fmt.Sprintf("a descriptor whose size is %v", shown(d, "size"))
		}
	}
	return ""
}

// shown is the value of a field as a finding shows it.
func shown(o object, field string) any {
	value, there := o[field]
	switch {
	case !there:
		return "missing"
	case value == nil:
		return "null"
	}
	return value
}
