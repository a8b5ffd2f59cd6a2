package reference_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/reference"
)

// client sends requests to a registry as a network would, and follows no redirects.
type client struct {
	*gomega.WithT
	t        *testing.T
	registry *reference.Registry
	url      string
	header   http.Header // sent with every request
}

// response is an answer that was read completely.
type response struct {
	Status int
	Header http.Header
	Body   string
}

func serve(t *testing.T, opts reference.Options) *client {
	t.Helper()
	registry := reference.New(opts)
	server := httptest.NewServer(registry)
	t.Cleanup(server.Close)
	return &client{gomega.NewWithT(t), t, registry, server.URL, http.Header{}}
}

// do sends a request; the headers are names and values in turn.
func (c *client) do(method, path, body string, headers ...string) response {
	c.t.Helper()
	req, err := http.NewRequest(method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header = c.header.Clone()
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		c.t.Error(err) // not Fatal, because some requests are sent from goroutines
		return response{}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Error(err)
	}
	return response{resp.StatusCode, resp.Header, string(data)}
}

func (c *client) get(path string, headers ...string) response {
	c.t.Helper()
	return c.do(http.MethodGet, path, "", headers...)
}

// expectError expects a refusal whose body has the form of the
// distribution-spec, section "Error Codes".
func (c *client) expectError(resp response, status int, code string) {
	c.t.Helper()
	c.Expect(resp.Status).To(gomega.Equal(status), resp.Body)
	c.Expect(resp.Header.Get("Content-Type")).To(gomega.Equal("application/json"))
	var body struct {
		Errors []struct{ Code, Message string }
	}
	c.Expect(json.Unmarshal([]byte(resp.Body), &body)).To(gomega.Succeed(), resp.Body)
	c.Expect(body.Errors).NotTo(gomega.BeEmpty())
	c.Expect(body.Errors[0].Code).To(gomega.Equal(code))
}

// blob pushes a blob and returns its descriptor.
func (c *client) blob(repo, data string) ocispec.Descriptor {
	c.t.Helper()
	d := digest.FromString(data)
	resp := c.do(http.MethodPost, "/v2/"+repo+"/blobs/uploads/?digest="+d.String(), data)
	if resp.Status != http.StatusCreated {
		c.t.Errorf("pushing a blob: status %d: %s", resp.Status, resp.Body)
	}
	return ocispec.Descriptor{MediaType: "application/octet-stream", Digest: d, Size: int64(len(data))}
}

// image makes an image manifest whose config it pushes. edit may change the document.
func (c *client) image(repo, config string, edit ...func(map[string]any)) string {
	c.t.Helper()
	descriptor := c.blob(repo, config)
	descriptor.MediaType = ocispec.MediaTypeImageConfig
	doc := map[string]any{
		"schemaVersion": 2, "mediaType": ocispec.MediaTypeImageManifest, "config": descriptor, "layers": []any{},
	}
	for _, e := range edit {
		e(doc)
	}
	return text(doc)
}

// index makes an index of children that were pushed.
func index(edit func(map[string]any), children ...string) string {
	manifests := []any{}
	for _, child := range children {
		manifests = append(manifests, descriptorOf(child))
	}
	doc := map[string]any{"schemaVersion": 2, "mediaType": ocispec.MediaTypeImageIndex, "manifests": manifests}
	if edit != nil {
		edit(doc)
	}
	return text(doc)
}

func descriptorOf(manifest string) ocispec.Descriptor {
	return ocispec.Descriptor{
		MediaType: mediaTypeOf(manifest), Digest: digest.FromString(manifest), Size: int64(len(manifest)),
	}
}

func mediaTypeOf(manifest string) string {
	var doc struct{ MediaType string }
	_ = json.Unmarshal([]byte(manifest), &doc)
	return doc.MediaType
}

func text(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// subject sets the subject of a manifest.
func subject(of ocispec.Descriptor) func(map[string]any) {
	return func(doc map[string]any) { doc["subject"] = of }
}

// put pushes a manifest under a tag or a digest, under its own media type.
func (c *client) put(repo, reference, manifest string) response {
	c.t.Helper()
	return c.do(http.MethodPut, "/v2/"+repo+"/manifests/"+reference, manifest, "Content-Type", mediaTypeOf(manifest))
}

// pushed pushes a manifest under its digest, and returns that.
func (c *client) pushed(repo, manifest string) string {
	c.t.Helper()
	d := digest.FromString(manifest).String()
	if resp := c.put(repo, d, manifest); resp.Status != http.StatusCreated {
		c.t.Errorf("pushing a manifest: status %d: %s", resp.Status, resp.Body)
	}
	return d
}

// statuses lists the status of the answer for each path.
func (c *client) expectStatus(status int, method string, paths ...string) {
	c.t.Helper()
	for _, path := range paths {
		c.Expect(c.do(method, path, "").Status).To(gomega.Equal(status), method+" "+path)
	}
}

// open opens an upload and returns its Location.
func (c *client) open(repo string) string {
	c.t.Helper()
	resp := c.do(http.MethodPost, "/v2/"+repo+"/blobs/uploads/", "")
	if resp.Status != http.StatusAccepted {
		c.t.Fatalf("opening an upload: status %d: %s", resp.Status, resp.Body)
	}
	return resp.Header.Get("Location")
}

// with adds a query parameter to a Location.
func with(location, name, value string) string {
	separator := "?"
	if strings.Contains(location, "?") {
		separator = "&"
	}
	return fmt.Sprintf("%s%s%s=%s", location, separator, name, value)
}

var missing = digest.FromString("nobody pushed this").String()
