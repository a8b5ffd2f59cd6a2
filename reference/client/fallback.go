package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/wire"
)

// updates is how often the list under a referrers tag is updated if other writers come
// in between.
const updates = 4

// addReferrer adds a manifest to the list under the tag of its subject.
func (r *remote) addReferrer(ctx context.Context, m Manifest) error {
	entry := r.Entry(m)
	return r.updateList(ctx, m.Subject.Digest,
		func(l *List) bool { return r.Add(l, entry) },
		func(l *List) bool { return slices.Contains(l.Digests(), m.Digest) })
}

// removeReferrer takes a deleted manifest out of the list under the tag of its subject.
func (r *remote) removeReferrer(ctx context.Context, m Manifest) error {
	return r.updateList(ctx, m.Subject.Digest,
		func(l *List) bool { return r.Remove(l, m.Digest) },
		func(l *List) bool { return !slices.Contains(l.Digests(), m.Digest) })
}

// updateList changes the list under the referrers tag. change returns whether there is
// something to push, and kept whether a list shows the change. Another writer may push
// its list between the two requests: so the list is pushed under the condition that it
// is the one that was read, and it is read again afterwards, since few registries know
// conditions.
func (r *remote) updateList(ctx context.Context, subject digest.Digest, change, kept func(*List) bool) error {
	tag := r.ReferrersTag(subject)
	read := r.getManifest(ctx, tag, "")
	for range updates {
		list, err := listOf(tag, read)
		if err != nil {
			return err
		}
		if !change(list) {
			return nil
		}
		if len(list.Entries) == 0 && r.DeleteEmptyList && read.OK() {
			r.ask(ctx, wire.EndManifestDel, http.MethodDelete, r.at("manifests/"+tag), toDelete)
			return nil
		}
		ex, err := r.putList(ctx, tag, list, read.Header.Get("ETag"))
		if err != nil {
			return err
		}
		lost := ex.Status == http.StatusPreconditionFailed
		if !lost && !ex.OK() {
			return refusal(ex)
		}
		if r.Unconfirmed && !lost {
			return nil
		}
		read = r.getManifest(ctx, tag, "")
		if now, err := listOf(tag, read); !lost && (err != nil || kept(now)) {
			return nil
		}
	}
	return fmt.Errorf("other writers changed the referrers tag %s again and again", tag)
}

// listOf is the list in an answer: an empty one if the tag is not there, and an error if
// the tag is something else.
func listOf(tag string, ex *wire.Exchange) (*List, error) {
	if missing(ex) {
		return newList(), nil
	}
	if !ex.OK() {
		return nil, refusal(ex)
	}
	l, err := parseList(ex.Body, ex.MediaType())
	if err != nil {
		return nil, fmt.Errorf("the list of referrers cannot be kept under the tag %s: %w", tag, err)
	}
	return l, nil
}

func (r *remote) putList(ctx context.Context, tag string, l *List, etag string) (*wire.Exchange, error) {
	body, err := l.bytes()
	if err != nil {
		return nil, err
	}
	opts := []wire.Option{wire.WithHeader("Content-Type", ocispec.MediaTypeImageIndex), wire.WithBody(body)}
	if etag != "" && !r.Unconditional {
		opts = append(opts, wire.WithHeader("If-Match", etag))
	}
	return r.ask(ctx, wire.EndManifestPut, http.MethodPut, r.at("manifests/"+tag), toPush, opts...), nil
}

// packed is a manifest as it is pushed.
func packed(artifact ocispec.Manifest) (Manifest, error) {
	body, err := json.Marshal(artifact)
	if err != nil {
		return Manifest{}, err
	}
	return parse(body, ocispec.MediaTypeImageManifest)
}
