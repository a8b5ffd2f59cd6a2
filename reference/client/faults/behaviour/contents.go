package behaviour

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/reference/client"
	"assay/wire"
)

// Only applies the change to steps of one verb.
func Only(verb string, change Change) Change {
	return func(o *client.Options) {
		if o.Step.Verb == verb {
			change(o)
		}
	}
}

// Fails does not send the request.
func Fails(_ context.Context, _ client.Send, req *wire.Request) *wire.Exchange {
	return failing(pretended(req, 0))
}

// Parameterized is an answer whose Content-Type has parameters.
func Parameterized(ex *wire.Exchange) bool {
	_, parameters, err := mime.ParseMediaType(ex.Header.Get("Content-Type"))
	return ex.OK() && err == nil && len(parameters) > 0
}

// LongerThan is an answer of more bytes.
func LongerThan(size int64) Seen {
	return func(ex *wire.Exchange) bool { return ex.BodySize > size }
}

// Says is an answer whose content has a text.
func Says(text string) Seen {
	return func(ex *wire.Exchange) bool { return bytes.Contains(ex.Body, []byte(text)) }
}

// OtherDigestHeader is an answer whose Docker-Content-Digest is not what was asked for.
func OtherDigestHeader(ex *wire.Exchange) bool {
	header := ex.Header.Get("Docker-Content-Digest")
	return ex.OK() && header != "" && header != path.Base(ex.URL.Path) && len(ex.Hops) == 0
}

// manifestOf is the manifest in an answer.
func manifestOf(ex *wire.Exchange) (m ocispec.Manifest, ok bool) {
	return m, ex.OK() && json.Unmarshal(ex.Body, &m) == nil
}

// WithoutMediaType is a manifest without mediaType.
func WithoutMediaType(ex *wire.Exchange) bool {
	m, ok := manifestOf(ex)
	return ok && m.MediaType == ""
}

// EmptyConfig is a manifest whose config is the empty blob.
func EmptyConfig(ex *wire.Exchange) bool {
	m, ok := manifestOf(ex)
	return ok && m.Config.MediaType == ocispec.MediaTypeEmptyJSON
}

// AnIndex is an image index.
func AnIndex(ex *wire.Exchange) bool {
	return ex.OK() && ex.MediaType() == ocispec.MediaTypeImageIndex
}

// IndexOfIndexes is an image index with another one in it.
func IndexOfIndexes(ex *wire.Exchange) bool {
	var index ocispec.Index
	return AnIndex(ex) && json.Unmarshal(ex.Body, &index) == nil &&
		slices.ContainsFunc(index.Manifests, func(d ocispec.Descriptor) bool { return d.MediaType == ocispec.MediaTypeImageIndex })
}

func knownType(mediaType string) bool {
	return slices.ContainsFunc([]string{"application/vnd.oci.image.", "application/vnd.oci.empty.", "application/vnd.docker."},
		func(known string) bool { return strings.HasPrefix(mediaType, known) })
}

// UnknownTypes is a manifest with a blob of a type that image-spec does not know.
func UnknownTypes(ex *wire.Exchange) bool {
	m, ok := manifestOf(ex)
	return ok && len(m.Layers) > 0 && (!knownType(m.Config.MediaType) ||
		slices.ContainsFunc(m.Layers, func(d ocispec.Descriptor) bool { return !knownType(d.MediaType) }))
}

// UnknownEntry is an index with an entry of a type that image-spec does not know.
func UnknownEntry(ex *wire.Exchange) bool {
	var index ocispec.Index
	return ex.OK() && json.Unmarshal(ex.Body, &index) == nil &&
		slices.ContainsFunc(index.Manifests, func(d ocispec.Descriptor) bool { return !knownType(d.MediaType) })
}

// UnknownTypeBehind is a manifest with a layer of such a type that is not the first one.
func UnknownTypeBehind(ex *wire.Exchange) bool {
	m, ok := manifestOf(ex)
	return ok && len(m.Layers) > 1 && slices.ContainsFunc(m.Layers[1:], func(d ocispec.Descriptor) bool { return !knownType(d.MediaType) })
}

// knownFields are those of manifests and descriptors.
var knownFields = map[string]bool{
	"schemaVersion": true, "mediaType": true, "artifactType": true, "config": true, "layers": true, "manifests": true,
	"subject": true, "annotations": true, "digest": true, "size": true, "urls": true, "data": true, "platform": true,
}

// free have fields of any name.
var free = map[string]bool{"annotations": true, "platform": true}

// UnknownFields is a manifest with a field that image-spec does not know.
func UnknownFields(ex *wire.Exchange) bool {
	var doc map[string]any
	return ex.OK() && json.Unmarshal(ex.Body, &doc) == nil && !bytes.Equal(mustJSON(doc), mustJSON(onlyKnown(doc)))
}

// KnownFields are the fields of a manifest that image-spec knows.
func KnownFields(body []byte) []byte {
	var doc map[string]any
	if json.Unmarshal(body, &doc) != nil {
		return body
	}
	if kept := onlyKnown(doc); !bytes.Equal(mustJSON(doc), mustJSON(kept)) {
		return mustJSON(kept)
	}
	return body
}

func onlyKnown(value any) any {
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, inner := range v {
			switch {
			case free[name]:
				kept[name] = inner
			case knownFields[name]:
				kept[name] = onlyKnown(inner)
			}
		}
		return kept
	case []any:
		kept := []any{} // nil would be null
		for _, inner := range v {
			kept = append(kept, onlyKnown(inner))
		}
		return kept
	}
	return value
}

func mustJSON(v any) []byte {
	data, _ := json.Marshal(v) // of what was JSON before
	return data
}

// UsesData takes the data of a descriptor for its content.
var UsesData = handle(func(client.Step) (When, handler) {
	var embedded noted[[]byte]
	return BlobOrManifest, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		if data, ok := embedded.get(path.Base(req.URL.Path)); ok && GetBlob(req) {
			_, _ = req.Sink.Write(data) // of a config, which is small
			return pretended(req, http.StatusOK)
		}
		ex := next(ctx, req)
		if m, ok := manifestOf(ex); ok && GetManifest(req) && m.Config.Data != nil {
			embedded.put(m.Config.Digest.String(), m.Config.Data)
		}
		return ex
	}
})

// SkipsUnknownLayers takes layers of a type that image-spec does not know for pushed.
var SkipsUnknownLayers = handle(func(client.Step) (When, handler) {
	var unknown noted[bool]
	return Or(GetManifest, HeadBlob), func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		if skip, _ := unknown.get(path.Base(req.URL.Path)); skip && req.Method == http.MethodHead {
			return pretended(req, http.StatusOK)
		}
		ex := next(ctx, req)
		if m, ok := manifestOf(ex); ok {
			for _, d := range m.Layers {
				unknown.put(d.Digest.String(), !knownType(d.MediaType))
			}
		}
		return ex
	}
})

// LosesGrandchildren does not find the manifests of an index that is in an index.
var LosesGrandchildren = handle(func(client.Step) (When, handler) {
	var children, grandchildren noted[bool]
	return GetManifest, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		if lost, _ := grandchildren.get(path.Base(req.URL.Path)); lost {
			return pretended(req, http.StatusNotFound)
		}
		ex := next(ctx, req)
		var index ocispec.Index
		if AnIndex(ex) && json.Unmarshal(ex.Body, &index) == nil {
			within, _ := children.get(path.Base(req.URL.Path))
			for _, d := range index.Manifests {
				children.put(d.Digest.String(), true)
				if within {
					grandchildren.put(d.Digest.String(), true)
				}
			}
		}
		return ex
	}
})
