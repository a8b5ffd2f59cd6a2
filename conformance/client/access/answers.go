package access

import (
	"fmt"
	"maps"
	"net/http"
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

var _ = Describe("A redirect", func() {
	It("of a blob is followed", require.ClientAccessRedirectFollow, func(ctx SpecContext) { Succeeds(ctx, scenarios.BlobRedirected) })
	It("of a manifest is followed", require.ClientAccessRedirectFollow, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.LoginBearer, require.ClientAccessChallengeBearer)
		Succeeds(ctx, scenarios.ManifestRedirected)
	})
	It("of a list of tags is followed", require.ClientAccessRedirectFollow, func(ctx SpecContext) {
		plain := MustSucceed(ctx, scenarios.PlainTags, require.ClientDiscoveryTagsList)
		if Caught(func() { Lists(plain, 0, "the tags", plain.Tags) }) {
			Blocked(require.ClientDiscoveryTagsList, nil, "the client does not list the tags")
		}
		p := Succeeds(ctx, scenarios.TagsRedirected)
		Lists(p, 0, "the tags", p.Tags)
	})
	It("of a blob is followed from one to the next", require.ClientAccessRedirectFollow, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.LoginBearer, require.ClientAccessChallengeBearer)
		Succeeds(ctx, scenarios.BlobRedirectedTwice)
	})
	It("of an upload is followed", require.ClientAccessRedirectFollow, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.LoginBearerPush, require.ClientAccessChallengeBearer)
		p := Play(ctx, scenarios.UploadRedirected)
		followed := Find(p, func(ex *traffic.Exchange) bool { return ex.Elsewhere && ex.Is("POST", behaviour.Uploads) })
		if !p.Steps[0].Done() && followed != nil {
			Blocked(require.ClientPushBlobLocationHost, followed, "the client followed the redirect, but the upload did not go on at the other host")
		}
		Succeeds(ctx, scenarios.UploadRedirected)
	})
	It("of a blob gets no token", require.ClientAccessRedirectAuthorization, func(ctx SpecContext) {
		noCredential(Play(ctx, scenarios.BlobRedirectedLogin))
	})
	It("of a manifest gets no token", require.ClientAccessRedirectAuthorization, func(ctx SpecContext) {
		noCredential(Play(ctx, scenarios.ManifestRedirected))
	})
	It("of a HEAD gets no token", require.ClientAccessRedirectAuthorization, func(ctx SpecContext) {
		noCredential(Play(ctx, scenarios.HeadRedirected))
	})
	It("of a blob gets no token from one to the next", require.ClientAccessRedirectAuthorization, func(ctx SpecContext) {
		noCredential(Play(ctx, scenarios.BlobRedirectedTwice))
	})
	It("of a blob gets no password", require.ClientAccessRedirectAuthorization, func(ctx SpecContext) {
		noCredential(Play(ctx, scenarios.BlobRedirectedBasic))
	})
	It("of an upload gets no token", require.ClientAccessRedirectAuthorization, func(ctx SpecContext) {
		noCredential(Play(ctx, scenarios.UploadRedirected))
	})
})

var _ = Describe("A Link to another host", func() {
	It("gets no credential", require.ClientAccessLocationAuthorization, func(ctx SpecContext) { noCredential(Play(ctx, scenarios.TagsLinkElsewhere)) })
})

var _ = Describe("A Location on another host", func() {
	It("gets no credential", require.ClientAccessLocationAuthorization, func(ctx SpecContext) {
		p := Play(ctx, scenarios.UploadRedirected)
		if Find(p, located) == nil {
			Unsupported("the client sent no upload to the other host")
		}
		sent := Find(p, func(ex *traffic.Exchange) bool { return located(ex) && ex.Authorization != "" })
		if sent != nil {
			NotKept(p, sent, "no Authorization to "+p.Second, "%s to %s", sent.Request.Header.Get("Authorization"), p.Second)
		}
	})
})

// located chooses the requests at the second host that follow a Location, not a redirect.
func located(ex *traffic.Exchange) bool {
	return ex.Elsewhere && ex.Is("PATCH PUT GET DELETE", behaviour.Session)
}

// noCredential judges that the second host got no credential.
func noCredential(p *stage.Played) {
	followed := Find(p, func(ex *traffic.Exchange) bool { return ex.Elsewhere })
	if followed == nil {
		Unsupported("the client sent nothing to the other host")
	}
	sent := Find(p, func(ex *traffic.Exchange) bool { return ex.Elsewhere && !located(ex) && ex.Authorization != "" })
	if sent != nil {
		NotKept(p, sent, "no Authorization to "+p.Second, "Authorization: %s", sent.Request.Header.Get("Authorization"))
	}
}

var _ = Describe("A warning", func() {
	It("changes nothing in a pull", require.ClientAccessWarningsAction, func(ctx SpecContext) {
		same(Play(ctx, scenarios.PullWarnings), Play(ctx, scenarios.PlainPull))
	})
	It("changes nothing in a push", require.ClientAccessWarningsAction, func(ctx SpecContext) {
		same(Play(ctx, scenarios.PushWarnings), Play(ctx, scenarios.PlainPush))
	})
})

// same judges that the client did the same as in a control.
func same(p, control *stage.Played) {
	got, want := counts(p), counts(control)
	for _, kind := range slices.Sorted(maps.Keys(got)) {
		if got[kind] > want[kind] {
			ex := Find(p, func(ex *traffic.Exchange) bool { return kindOf(ex) == kind })
			NotKept(p, ex, "the same requests as without warnings", "%d %s, and %d without warnings", got[kind], kind, want[kind])
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(want)) {
		Expected(p, got[kind] >= want[kind], Last(p), "the same requests as without warnings", "%d %s, and %d without warnings", got[kind], kind, want[kind])
	}
	for i, step := range p.Steps {
		Expected(p, step.Exit == control.Steps[i].Exit, Last(p), fmt.Sprintf("exit %d, as without warnings", control.Steps[i].Exit), "exit %d", step.Exit)
	}
}

// counts counts the requests of the first step, by their kind. What a client asks for in a
// later step depends on what it still has, such as in a cache that it empties when it likes.
func counts(p *stage.Played) map[string]int {
	all := map[string]int{}
	for _, ex := range p.Of(0) {
		all[kindOf(ex)]++
	}
	return all
}

func kindOf(ex *traffic.Exchange) string {
	if ex.Kind == "" {
		return ex.Method + " " + ex.URL.Path
	}
	return ex.Method + " of " + string(ex.Kind)
}

var _ = Describe("Too many requests", func() {
	It("are repeated after Retry-After", require.ClientAccessRetryAfter, func(ctx SpecContext) { waits(Play(ctx, scenarios.TooMany)) })
	It("are repeated after Retry-After if they close an upload", require.ClientAccessRetryAfter, func(ctx SpecContext) {
		waits(Play(ctx, scenarios.TooManyUploads))
	})
})

// waits judges that a refused request is sent again after the time that the registry named,
// if it is sent again.
func waits(p *stage.Played) {
	refused := All(p, func(ex *traffic.Exchange) bool { return ex.Status == http.StatusTooManyRequests })
	if len(refused) == 0 {
		Unsupported("the client sent no request that the registry refuses")
	}
	for _, ex := range refused {
		next := Find(p, func(other *traffic.Exchange) bool {
			return other.Method == ex.Method && other.URL.Path == ex.URL.Path && other.Started.After(ex.Started)
		})
		if next == nil && p.Scenario == scenarios.TooManyUploads {
			continue // the client may begin another upload
		}
		if next == nil {
			Expected(p, !p.Steps[0].Done(), ex, "a failure, or another request", "exit 0")
			continue
		}
		const least = scenarios.RetryAfter*time.Second - 100*time.Millisecond // clocks are not exact
		// The client may have its answer before the registry has read the whole request.
		waited := next.Started.Sub(ex.Started)
		Expected(p, waited >= least, next, "a wait until Retry-After: "+ex.Header.Get("Retry-After"), "a wait of %.1f s", waited.Seconds())
	}
}

var _ = Describe("An error", func() {
	for _, s := range []*stage.Scenario{scenarios.AttachHTML, scenarios.AttachEmpty, scenarios.AttachOtherShape} {
		It("is taken by its status: the registry "+s.Does, require.ClientAccessErrorsBody, func(ctx SpecContext) {
			MustSucceed(ctx, scenarios.AttachByTag, require.ClientReferencesPushMissingTag)
			Succeeds(ctx, s)
		})
	}
	for _, s := range []*stage.Scenario{scenarios.ReferrersHTML, scenarios.ReferrersEmpty} {
		It("is taken by its status: the registry "+s.Does, require.ClientAccessErrorsBody, func(ctx SpecContext) {
			MustSucceed(ctx, scenarios.ReferrersByTag, require.ClientReferencesListFallback)
			Succeeds(ctx, s)
		})
	}
	It("is understood without its code", require.ClientAccessErrorsCodes, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.AttachByTag, require.ClientReferencesPushMissingTag)
		Succeeds(ctx, scenarios.AttachOtherCodes)
	})
	It("of a delete is reported", require.ClientAccessDeleteRefused, func(ctx SpecContext) {
		refused := func(ex *traffic.Exchange) bool { return ex.Is("DELETE", behaviour.Manifests) }
		Rejects(ctx, scenarios.DeleteRefused, refused, "a refusal of its DELETE")
	})
})

var _ = Describe("An older registry", func() {
	It("can be pulled from", require.ClientAccessPartial, func(ctx SpecContext) { Succeeds(ctx, scenarios.PullOld) })
	It("can be pushed to", require.ClientAccessPartial, func(ctx SpecContext) { Succeeds(ctx, scenarios.PushOld) })
})

var _ = Describe("A proxy", func() {
	It("gets the registry of the name in ns", require.ClientAccessProxySourceHost, func(ctx SpecContext) {
		p := Play(ctx, scenarios.PullProxy)
		named := All(p, func(ex *traffic.Exchange) bool { return ex.URL.Query().Has("ns") })
		if len(named) == 0 {
			Unsupported("the client sent no ns")
		}
		for _, ex := range named {
			Expected(p, ex.Query("ns") == p.Registry, ex, "ns="+p.Registry, "ns=%s", ex.Query("ns"))
		}
	})
	It("is named in ns, and no other registry is", require.ClientAccessProxyNs, func(ctx SpecContext) { EveryRequest(ctx, require.ClientAccessProxyNs) })
})

var _ = Describe("Each step", func() {
	It("ends by itself", require.ClientAccessEnds, func(ctx SpecContext) {
		for _, p := range Everything(ctx) {
			for _, step := range p.Steps {
				Expected(p, !step.TimedOut, Last(p), fmt.Sprintf("an end within %s", step.Job.Timeout), "%s was ended in the scenario %s", step.Job.Verb, p.Name)
			}
		}
	})
})
