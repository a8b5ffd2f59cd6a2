package proposal

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
)

// documentLimit is the size, in bytes, of the longest document.
const documentLimit = 1 << 20

// Base is the content that documents are made around.
type Base struct {
	Nonce string
	Image fixtures.Manifest // the image that documents are attached to, or a chart
	// Copy is the number of the copy, from 1; 0: it is no copy.
	Copy int
	// Arm64 makes another image, for linux/arm64.
	Arm64 func() fixtures.Manifest
}

// Made has the documents of a proposal, with their content.
type Made struct {
	Env       Environment // the variables of expressions
	Manifests map[string]fixtures.Manifest
	Blobs     map[string]fixtures.Blob
}

// Make makes the documents with these names, and those that they use. No name stands for
// all. The image is there as well, by the name image.
func (p *Proposal) Make(ctx context.Context, base Base, names ...string) (*Made, error) {
	m := &maker{
		Made:      Made{Env: Environment{"nonce": base.Nonce, "copy": int64(base.Copy), "copies": map[string][]Descriptor{}}, Manifests: map[string]fixtures.Manifest{}, Blobs: map[string]fixtures.Blob{}},
		contents:  map[string][]byte{},
		manifests: map[digest.Digest]fixtures.Manifest{}, blobs: map[digest.Digest]fixtures.Blob{},
	}
	m.Env["contents"] = m.contents
	m.manifest("image", base.Image)
	m.parts(base.Image)
	m.blob("empty", fixtures.Empty())
	needed := p.needed(names)
	if needed["arm64"] {
		m.manifest("arm64", base.Arm64())
	} else {
		m.Env["arm64"] = Descriptor{}
	}
	for i, d := range p.Documents {
		if !needed[d.Name] {
			m.Env[d.Name] = Descriptor{}
			continue
		}
		if err := m.make(ctx, d, p.documentScope(i)); err != nil {
			return nil, p.file.at(err, "documents", i)
		}
	}
	return &m.Made, nil
}

// documentScope is the scope of the document at an index: it can use those before it.
func (p *Proposal) documentScope(index int) scope {
	var names []string
	for _, d := range p.Documents[:index] {
		names = append(names, d.Name)
	}
	return given.with(descriptorType, names...)
}

var words = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// needed returns the names of the documents that have to be made for these. It may be
// more than necessary: each word of a document counts.
func (p *Proposal) needed(names []string) map[string]bool {
	needed := map[string]bool{"arm64": len(names) == 0}
	for _, name := range names {
		needed[name] = true
	}
	for i := len(p.Documents) - 1; i >= 0; i-- {
		d := p.Documents[i]
		if len(names) == 0 {
			needed[d.Name] = true
		}
		if needed[d.Name] {
			for _, word := range words.FindAllString(fmt.Sprint(d.JSON, d.Text, d.Files), -1) {
				needed[word] = true
			}
		}
	}
	return needed
}

// maker makes documents. It knows all content by digest.
type maker struct {
	Made
	contents  map[string][]byte
	manifests map[digest.Digest]fixtures.Manifest
	blobs     map[digest.Digest]fixtures.Blob
}

func (m *maker) manifest(name string, made fixtures.Manifest) {
	m.Env[name] = Descriptor{made.MediaType, made.Digest.String(), int64(len(made.Data))}
	m.Manifests[name], m.manifests[made.Digest] = made, made
	m.contents[made.Digest.String()] = made.Data
}

func (m *maker) blob(name string, made fixtures.Blob) {
	m.Env[name] = Descriptor{made.MediaType, made.Digest.String(), made.Size()}
	m.Blobs[name], m.blobs[made.Digest] = made, made
	m.contents[made.Digest.String()] = made.Data
}

// parts makes the config and the layers of the image known.
func (m *maker) parts(image fixtures.Manifest) {
	layers := []Descriptor{}
	m.Env["config"] = Descriptor{}
	for i, b := range image.Blobs {
		m.blobs[b.Digest], m.contents[b.Digest.String()] = b, b.Data
		described := Descriptor{b.MediaType, b.Digest.String(), b.Size()}
		if i == 0 {
			m.Env["config"] = described
		} else {
			layers = append(layers, described)
		}
	}
	m.Env["layers"] = layers
}

func (m *maker) make(ctx context.Context, d Document, in scope) error {
	data, err := m.content(ctx, d, in)
	if err != nil {
		return err
	}
	if len(data) > documentLimit {
		return errTooLong
	}
	mediaType, err := renderText(ctx, d.MediaType, in, m.Env)
	if err != nil {
		return err
	}
	if !d.IsManifest() {
		m.blob(d.Name, fixtures.BlobOf(data).As(mediaType))
		return nil
	}
	made := fixtures.Manifest{MediaType: mediaType, Data: data, Digest: digest.FromBytes(data)}
	var doc struct {
		ArtifactType string              `json:"artifactType"`
		Annotations  map[string]string   `json:"annotations"`
		Subject      *ocispec.Descriptor `json:"subject"`
		Config       *ocispec.Descriptor `json:"config"`
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return fmt.Errorf("a manifest has to be JSON whose artifactType, annotations, subject and config are those of image-spec: %w", err)
	}
	made.ArtifactType, made.Annotations = doc.ArtifactType, doc.Annotations
	if made.ArtifactType == "" && doc.Config != nil {
		made.ArtifactType = doc.Config.MediaType
	}
	if doc.Subject != nil {
		made.Subject = &ocispec.Descriptor{MediaType: doc.Subject.MediaType, Digest: doc.Subject.Digest, Size: doc.Subject.Size}
	}
	m.references(&made)
	m.manifest(d.Name, made)
	return nil
}

func (m *maker) content(ctx context.Context, d Document, in scope) ([]byte, error) {
	switch {
	case d.JSON != nil:
		return renderJSON(ctx, d.JSON, in, m.Env)
	case d.Files != nil:
		return m.archive(ctx, d, in)
	}
	text, err := renderText(ctx, d.Text, in, m.Env)
	return []byte(text), err
}

// created is the time of all files in archives. It is constant, so that the content is
// the same each time.
var created = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// archive is a tar of the files, packed with gzip.
func (m *maker) archive(ctx context.Context, d Document, in scope) ([]byte, error) {
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	w := tar.NewWriter(packed)
	for _, item := range d.Files {
		var content []byte
		var err error
		if text, isText := item.Value.(string); isText {
			text, err = renderText(ctx, text, in, m.Env)
			content = []byte(text)
		} else {
			content, err = renderJSON(ctx, item.Value, in, m.Env)
		}
		if err != nil {
			return nil, err
		}
		header := &tar.Header{Typeflag: tar.TypeReg, Name: fmt.Sprint(item.Key), Mode: 0o644, Size: int64(len(content)), ModTime: created, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		_, _ = w.Write(content) // a buffer takes all
	}
	_, _ = w.Close(), packed.Close()
	return out.Bytes(), nil
}

// named finds digests in a document that renderJSON wrote.
var named = regexp.MustCompile(`"digest":"([^"]*)"`)

// references finds the content that a manifest references: every object in it that has
// the digest of a known blob or manifest, except the subject.
func (m *maker) references(made *fixtures.Manifest) {
	var doc struct {
		Subject json.RawMessage `json:"subject"`
	}
	_ = json.Unmarshal(made.Data, &doc) // it was read before
	rest := bytes.Replace(made.Data, append([]byte(`"subject":`), doc.Subject...), nil, 1)
	seen := map[string]bool{}
	for _, found := range named.FindAllSubmatch(rest, -1) {
		if d := string(found[1]); !seen[d] {
			seen[d] = true
			m.reference(made, digest.Digest(d))
		}
	}
}

func (m *maker) reference(made *fixtures.Manifest, d digest.Digest) {
	if b, ok := m.blobs[d]; ok {
		made.Blobs = append(made.Blobs, b)
	} else if child, ok := m.manifests[d]; ok {
		made.Children = append(made.Children, child)
	}
}

// TagIsOurs says whether a tag is one that requirements may push: it begins with assay-.
func TagIsOurs(tag string) bool { return strings.HasPrefix(tag, "assay-") }
