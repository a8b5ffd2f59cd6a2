// Package push has the specs of how a client pushes.
package push

import (
	"fmt"
	"slices"
	"time"

	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/reference/faults/behaviour"
)

var _ = Describe("The Location of an upload", func() {
	It("is used with its query", require.ClientPushBlobLocation, func(ctx SpecContext) {
		exact(Play(ctx, scenarios.LocationQuery))
		Succeeds(ctx, scenarios.LocationQuery)
	})
	It("is used as it is in every push", require.ClientPushBlobLocation, func(ctx SpecContext) {
		sent := false
		for _, p := range Everything(ctx) {
			if p.Scenario == scenarios.PlainPush || p.Scenario == scenarios.PushExistingTag {
				sent = sent || len(traffic.Uploads(p.All)) > 0
				exact(p)
			}
		}
		if !sent {
			Unsupported("the client pushed no blob")
		}
	})
	It("is not assembled by the client", require.ClientPushBlobLocationAssembled, func(ctx SpecContext) {
		Succeeds(ctx, scenarios.LocationOpaque)
	})
	It("is not assembled by the client to ask for the state", require.ClientPushBlobLocationAssembled, func(ctx SpecContext) {
		asked := false
		for _, p := range Everything(ctx) {
			for _, u := range traffic.Uploads(p.All) {
				for _, ex := range u.Parts {
					if ex.Method == "GET" {
						asked = true
						Expected(p, given(u, ex), ex, "a GET of a Location that the registry gave", "GET %s", ex.URL.RequestURI())
					}
				}
			}
		}
		if !asked {
			Unsupported("the client did not ask for the state of an upload")
		}
	})
	It("is resolved if it has no host", require.ClientPushBlobLocationRelative, func(ctx SpecContext) {
		Succeeds(ctx, scenarios.LocationPath)
	})
	It("is resolved if it is relative", require.ClientPushBlobLocationRelative, func(ctx SpecContext) {
		Succeeds(ctx, scenarios.LocationRelative)
	})
	It("is used if it is on another host", require.ClientPushBlobLocationHost, func(ctx SpecContext) {
		exact(Play(ctx, scenarios.LocationHost))
		Succeeds(ctx, scenarios.LocationHost)
	})
	It("is the newest one for each chunk", require.ClientPushChunkedLocation, func(ctx SpecContext) {
		p := Play(ctx, scenarios.LocationChanges)
		chunked := false
		newest(p, func(before *traffic.Exchange) bool {
			chunked = chunked || before.Method == "PATCH"
			return before.Method == "PATCH"
		})
		if !chunked {
			Unsupported("the client pushed no blob in chunks")
		}
	})
	It("is that of the answer to GET, after a GET", require.ClientPushChunkedStatusLocation, func(ctx SpecContext) {
		changes := Play(ctx, scenarios.LocationChanges)
		if Caught(func() {
			newest(changes, func(before *traffic.Exchange) bool { return before.Method == "PATCH" })
		}) {
			Blocked(require.ClientPushChunkedLocation, nil, "the client does not use the newest Location")
		}
		asked := false
		for _, p := range Everything(ctx) {
			newest(p, func(before *traffic.Exchange) bool {
				asked = asked || before.Method == "GET"
				return before.Method == "GET"
			})
		}
		if !asked {
			Unsupported("the client did not ask for the state of an upload")
		}
	})
})

// exact judges that what follows a POST goes to its Location.
func exact(p *stage.Played) {
	newest(p, func(before *traffic.Exchange) bool { return before.Method == "POST" })
}

// given says whether the request goes to a Location of an answer before it.
func given(u *traffic.Upload, ex *traffic.Exchange) bool {
	for _, before := range append([]*traffic.Exchange{u.Start}, u.Parts...) {
		if before == ex {
			return false
		}
		if path, query := traffic.GoesTo(ex, before); before.Header.Get("Location") != "" && path && query {
			return true
		}
	}
	return false
}

// newest judges the requests of uploads whose last answer with a Location is one that the
// function chooses.
func newest(p *stage.Played, choose func(before *traffic.Exchange) bool) {
	for _, u := range traffic.Uploads(p.All) {
		for _, ex := range u.Parts {
			before := u.Before(ex)
			if ex.Method != "PATCH" && ex.Method != "PUT" || !choose(before) {
				continue
			}
			if path, query := traffic.GoesTo(ex, before); !path || !query {
				NotKept(p, ex, "a request to the Location "+before.Header.Get("Location"), "%s %s", ex.Method, ex.URL.RequestURI())
			}
		}
	}
}

var _ = Describe("A push with a single POST", func() {
	It("has the Content-Length of the blob", require.ClientPushSingleLength, func(ctx SpecContext) { EveryRequest(ctx, require.ClientPushSingleLength) })
	It("has the digest of the blob", require.ClientPushSingleDigest, func(ctx SpecContext) { EveryRequest(ctx, require.ClientPushSingleDigest) })
	It("goes on with a PUT after 202", require.ClientPushSingleContinue, func(ctx SpecContext) {
		p := Play(ctx, scenarios.SinglePostRefused)
		single := Find(p, func(ex *traffic.Exchange) bool { return ex.Method == "POST" && ex.URL.Query().Has("digest") })
		if single == nil {
			Unsupported("the client pushed no blob with a single POST")
		}
		for _, u := range traffic.Uploads(p.All) {
			if u.Start.URL.Query().Has("digest") {
				Expected(p, u.Close() != nil, u.Start, "a PUT to its Location", "none")
			}
		}
		Succeeds(ctx, scenarios.SinglePostRefused)
	})
})

var _ = Describe("The content of a blob", func() {
	for _, id := range []require.ID{require.ClientPushBlobContentType, require.ClientPushBlobLength, require.ClientPushBlobDigest} {
		rule, _ := traffic.For(id)
		It(rule.Title, id, func(ctx SpecContext) { EveryRequest(ctx, id) })
	}
})

var _ = Describe("A push in chunks", func() {
	for _, id := range []require.ID{
		require.ClientPushChunkedStartLength, require.ClientPushChunkedDigestAlgorithm, require.ClientPushChunkedRangeInclusive,
		require.ClientPushChunkedRangeFirst, require.ClientPushChunkedRangeFormat, require.ClientPushChunkedRange, require.ClientPushChunkedOrder,
		require.ClientPushChunkedClose, require.ClientPushChunkedDigest,
	} {
		rule, _ := traffic.For(id)
		It(rule.Title, id, func(ctx SpecContext) { EveryRequest(ctx, id) })
	}
	It("has chunks of OCI-Chunk-Min-Length", require.ClientPushChunkedMinLength, func(ctx SpecContext) {
		p := Play(ctx, scenarios.ChunkMinimumLength)
		chunked := false
		for _, u := range traffic.Uploads(p.All) {
			least := u.Start.Header.Get("OCI-Chunk-Min-Length")
			chunks := u.Chunks()
			chunked = chunked || u.IsChunked() && least != ""
			if least == "" || !u.IsChunked() {
				continue
			}
			for _, ex := range chunks[:len(chunks)-1] {
				Expected(p, fmt.Sprint(ex.Request.Size) == least || ex.Request.Size >= scenarios.MinimumChunk, ex,
					"at least "+least+" bytes in a chunk that is not the last", "%d bytes", ex.Request.Size)
			}
		}
		if !chunked {
			Unsupported("the client pushed no blob in chunks")
		}
	})
	It("goes on, begins again, or fails after 416", require.ClientPushChunkedResume, func(ctx SpecContext) {
		p := Play(ctx, scenarios.ChunkRefused)
		if Find(p, func(ex *traffic.Exchange) bool { return ex.Status == 416 }) == nil {
			Unsupported("the client pushed no blob in chunks with Content-Range")
		}
		completeOrFailed(p)
	})
	It("is tried in another way, or fails, if PATCH is refused", require.ClientPushChunkedRefused, func(ctx SpecContext) {
		p := Play(ctx, scenarios.PatchRefused)
		if Find(p, patch) == nil {
			Unsupported("the client sent no PATCH")
		}
		completeOrFailed(p)
	})
})

func patch(ex *traffic.Exchange) bool { return ex.Method == "PATCH" }

// completeOrFailed judges that a push that succeeded left the whole image.
func completeOrFailed(p *stage.Played) {
	if step := p.Steps[0]; step.Done() {
		if missing := Missing(p); missing != "" {
			NotKept(p, Last(p), "a failure, or the whole image in the registry", "exit 0, and %s", missing)
		}
	}
}

// canceled says whether the upload was ended with a DELETE of its Location.
func canceled(u *traffic.Upload) bool {
	return slices.ContainsFunc(u.Parts, func(ex *traffic.Exchange) bool {
		path, query := traffic.GoesTo(ex, u.Before(ex))
		return ex.Method == "DELETE" && path && query
	})
}

// parallel says whether an upload began before the last answer to another one.
func parallel(uploads []*traffic.Upload) bool {
	var end time.Time // of the uploads so far
	for i, u := range uploads {
		if i > 0 && u.Start.Started.Before(end) {
			return true
		}
		for _, ex := range append([]*traffic.Exchange{u.Start}, u.Parts...) {
			if ended := ex.Started.Add(ex.Duration); ended.After(end) {
				end = ended
			}
		}
	}
	return false
}

var _ = Describe("Giving an upload up", func() {
	It("cancels it", require.ClientPushCancelSent, func(ctx SpecContext) {
		p := Play(ctx, scenarios.BlobRefused)
		uploads := traffic.Uploads(p.All)
		if len(uploads) == 0 || p.Steps[0].Done() {
			Unsupported("the client gave no upload up")
		}
		if put := Find(p, Of("PUT", behaviour.Manifests)); put != nil {
			Blocked(require.ClientPushManifestAfterBlobs, put, "the client took the refused uploads for done")
		}
		if parallel(uploads) {
			// A client may end its other requests when one fails, before it has their
			// answers. It knows one failure at least.
			Expected(p, slices.ContainsFunc(uploads, canceled), Last(p), "a DELETE of an upload that was given up", "none of %d uploads", len(uploads))
			return
		}
		for _, u := range uploads {
			Expected(p, canceled(u), Last(p), "a DELETE of each upload that was given up", "none of %s", u.Start.Header.Get("Location"))
		}
	})
	It("ignores that the cancellation fails", require.ClientPushCancelFailure, func(ctx SpecContext) {
		refused := func(ex *traffic.Exchange) bool {
			return ex.Method == "DELETE" && !ex.Accepted() && ex.Kind != "manifests"
		}
		first, control := Play(ctx, scenarios.CancelRefused), Play(ctx, scenarios.PatchRefused)
		second := Play(ctx, scenarios.BlobRefusedCancelRefused)
		if Find(first, refused) == nil && Find(second, refused) == nil {
			Unsupported("the client cancels no upload")
		}
		if control.Steps[0].Done() && Find(first, refused) != nil {
			Expected(first, first.Steps[0].Done(), Find(first, refused), "exit 0, as if the DELETE had succeeded", "exit %d", first.Steps[0].Exit)
		}
		for _, p := range []*stage.Played{first, second} {
			seen := map[string]bool{}
			for _, ex := range All(p, refused) {
				Expected(p, !seen[ex.URL.Path], ex, "one DELETE of an upload", "another one after it failed")
				seen[ex.URL.Path] = true
			}
		}
	})
})
