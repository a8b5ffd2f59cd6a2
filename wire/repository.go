package wire

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// The actions of token scopes.
const (
	scopePull   = "pull"
	scopePush   = "pull,push"
	scopeDelete = "delete,pull,push"
)

// ManifestTypes are the manifest media types in Accept, unless a request sets others.
var ManifestTypes = []string{
	"application/vnd.oci.image.manifest.v1+json",
	"application/vnd.oci.image.index.v1+json",
	"application/vnd.docker.distribution.manifest.v2+json",
	"application/vnd.docker.distribution.manifest.list.v2+json",
	"*/*",
}

// Repository is one repository of a registry.
type Repository struct {
	client *Client
	name   string
	base   *url.URL // the registry's /v2/<name>/
}

// Repository returns the repository with this name. The name is sent unchanged, even
// when it breaks the grammar.
func (c *Client) Repository(name string) *Repository {
	base := *c.target
	base.Path = strings.TrimSuffix(base.Path, "/") + "/v2/" + name + "/"
	return &Repository{client: c, name: name, base: &base}
}

// Name is the repository's name.
func (r *Repository) Name() string { return r.name }

// Client is the client that sends the requests for the repository.
func (r *Repository) Client() *Client { return r.client }

// URL is the address of a path below the repository. path is used exactly as written,
// with its percent-encodings.
func (r *Repository) URL(path string) *url.URL {
	u := *r.base
	if unescaped, err := url.PathUnescape(path); err == nil && unescaped != path {
		u.RawPath = u.EscapedPath() + path
		u.Path += unescaped
	} else {
		u.Path += path
	}
	return &u
}

func (r *Repository) scope(actions string) []string {
	return []string{"repository:" + r.name + ":" + actions}
}

func (r *Repository) send(ctx context.Context, e Endpoint, method string, u *url.URL, actions string, first []Option, opts []Option) *Exchange {
	req := &Request{Endpoint: e, Repository: r.name, Method: method, URL: u, Header: http.Header{}, Scopes: r.scope(actions)}
	for _, o := range append(first, opts...) {
		o(req)
	}
	return r.client.Do(ctx, req)
}

// Support asks whether the registry implements the specification (end-1).
func (c *Client) Support(ctx context.Context, opts ...Option) *Exchange {
	base := *c.target
	base.Path = strings.TrimSuffix(base.Path, "/") + "/v2/"
	req := &Request{Endpoint: EndSupport, Method: http.MethodGet, URL: &base, Header: http.Header{}}
	for _, o := range opts {
		o(req)
	}
	return c.Do(ctx, req)
}

// Get fetches any URL of the registry, such as a Location or a page, with the
// repository's pull scope.
func (r *Repository) Get(ctx context.Context, e Endpoint, u *url.URL, opts ...Option) *Exchange {
	return r.send(ctx, e, http.MethodGet, u, scopePull, nil, opts)
}

// Raw sends any method to any path below the repository.
func (r *Repository) Raw(ctx context.Context, e Endpoint, method, path string, opts ...Option) *Exchange {
	return r.send(ctx, e, method, r.URL(path), scopeDelete, nil, opts)
}

// GetBlob pulls a blob (end-2).
func (r *Repository) GetBlob(ctx context.Context, digest string, opts ...Option) *Exchange {
	return r.send(ctx, EndBlob, http.MethodGet, r.URL("blobs/"+digest), scopePull, nil, opts)
}

// HeadBlob asks for a blob's existence (end-2).
func (r *Repository) HeadBlob(ctx context.Context, digest string, opts ...Option) *Exchange {
	return r.send(ctx, EndBlob, http.MethodHead, r.URL("blobs/"+digest), scopePull, nil, opts)
}

// DeleteBlob deletes a blob (end-10).
func (r *Repository) DeleteBlob(ctx context.Context, digest string, opts ...Option) *Exchange {
	return r.send(ctx, EndBlobDel, http.MethodDelete, r.URL("blobs/"+digest), scopeDelete, nil, opts)
}

func accept() Option { return WithHeader("Accept", strings.Join(ManifestTypes, ", ")) }

// GetManifest pulls a manifest by tag or digest (end-3).
func (r *Repository) GetManifest(ctx context.Context, reference string, opts ...Option) *Exchange {
	return r.send(ctx, EndManifest, http.MethodGet, r.URL("manifests/"+reference), scopePull, []Option{accept()}, opts)
}

// HeadManifest asks for a manifest's existence (end-3).
func (r *Repository) HeadManifest(ctx context.Context, reference string, opts ...Option) *Exchange {
	return r.send(ctx, EndManifest, http.MethodHead, r.URL("manifests/"+reference), scopePull, []Option{accept()}, opts)
}

// PutManifest pushes a manifest under a tag or digest (end-7a). Tag parameters
// (end-7b) are added with [WithQuery]("tag", name).
func (r *Repository) PutManifest(ctx context.Context, reference, mediaType string, body []byte, opts ...Option) *Exchange {
	first := []Option{WithHeader("Content-Type", mediaType), WithBody(body)}
	return r.send(ctx, EndManifestPut, http.MethodPut, r.URL("manifests/"+reference), scopePush, first, opts)
}

// DeleteManifest deletes a tag or a manifest (end-9).
func (r *Repository) DeleteManifest(ctx context.Context, reference string, opts ...Option) *Exchange {
	return r.send(ctx, EndManifestDel, http.MethodDelete, r.URL("manifests/"+reference), scopeDelete, nil, opts)
}

// ListTags lists the tags (end-8a); [WithQuery] adds n and last (end-8b).
func (r *Repository) ListTags(ctx context.Context, opts ...Option) *Exchange {
	return r.send(ctx, EndTags, http.MethodGet, r.URL("tags/list"), scopePull, nil, opts)
}

// ListReferrers lists the referrers of a digest (end-12a); [WithQuery] adds the
// artifactType filter (end-12b).
func (r *Repository) ListReferrers(ctx context.Context, digest string, opts ...Option) *Exchange {
	return r.send(ctx, EndReferrers, http.MethodGet, r.URL("referrers/"+digest), scopePull, nil, opts)
}
