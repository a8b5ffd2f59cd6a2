package faketool

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

const dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"

// Config is the digest of the config of the manifest.
func (call *Call) Config(reference string) digest.Digest {
	var doc ocispec.Manifest
	call.Expect(call.Source.GetManifest(call.Ctx, reference).JSON(&doc)).To(Succeed())
	return doc.Config.Digest
}

// Archive writes $OUT as a docker archive with uncompressed layers. more is added to
// the config.
func (call *Call) Archive(reference string, more ...byte) {
	m := call.Pull(call.Source, reference)
	var doc ocispec.Manifest
	call.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	file := func(name string, data []byte) {
		call.Expect(w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))})).To(Succeed())
		_, err := w.Write(data)
		call.Expect(err).NotTo(HaveOccurred())
	}
	file(doc.Config.Digest.Encoded()+".json", append(call.Source.GetBlob(call.Ctx, doc.Config.Digest.String()).Body, more...))
	for _, l := range doc.Layers {
		file(l.Digest.Encoded()+"/layer.tar", Unpacked(call, call.Source.GetBlob(call.Ctx, l.Digest.String()).Body))
	}
	call.Expect(w.Close()).To(Succeed())
	call.Write("image.tar", out.Bytes())
}

// Layer is the content of a layer of the manifest.
func (call *Call) Layer(reference string, i int) []byte {
	var doc ocispec.Manifest
	call.Expect(call.Source.GetManifest(call.Ctx, reference).JSON(&doc)).To(Succeed())
	return call.Source.GetBlob(call.Ctx, doc.Layers[min(i, len(doc.Layers)-1)].Digest.String()).Body
}

// Unpacked is a layer as an uncompressed tar archive.
func Unpacked(call *Call, layer []byte) []byte {
	plain, err := gzip.NewReader(bytes.NewReader(layer))
	call.Expect(err).NotTo(HaveOccurred())
	var data bytes.Buffer
	_, err = data.ReadFrom(plain)
	call.Expect(err).NotTo(HaveOccurred())
	return data.Bytes()
}

// Untar lists the files in a layer.
func Untar(call *Call, layer []byte) map[string][]byte {
	files := map[string][]byte{}
	for r := tar.NewReader(bytes.NewReader(Unpacked(call, layer))); ; {
		header, err := r.Next()
		if err != nil {
			return files
		}
		var data bytes.Buffer
		_, err = data.ReadFrom(r)
		call.Expect(err).NotTo(HaveOccurred())
		files[header.Name] = data.Bytes()
	}
}

// Convert converts the image of a manifest to Docker's types, as Docker does, and
// pushes it to the target.
func (call *Call) Convert(reference string, names ...string) {
	m := call.Pull(call.Source, reference)
	call.Blobs(m)
	m = m.Edit(func(doc map[string]any) {
		doc["mediaType"] = dockerManifest
		delete(doc, "annotations")
		delete(doc, "subject")
	})
	m.MediaType = dockerManifest
	for _, name := range names {
		call.Put(call.Target, name, m)
	}
}
