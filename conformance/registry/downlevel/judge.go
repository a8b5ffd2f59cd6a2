package downlevel

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	"assay/conformance/spec"
	"assay/conformance/suite"
	"assay/wire"
)

// together has the history of an image with artifacts attached in all ways. alone has
// the history of an image without artifacts. single has histories with one way each;
// they are made only if something is wrong.
var (
	together = suite.Once(func(ctx context.Context) *history {
		h := live(ctx, waysOf(ctx))
		if len(h.artifacts) == 0 {
			suite.NotApplicable("the registry accepts no artifacts")
		}
		return h
	})
	alone  = suite.Once(func(ctx context.Context) *history { return live(ctx, nil) })
	single = singles()
)

func singles() map[string]func(context.Context) *history {
	all := map[string]func(context.Context) *history{}
	for _, w := range ways {
		all[w.title] = suite.Once(func(ctx context.Context) *history { return live(ctx, []way{w}) })
	}
	return all
}

// claim is an expectation of one exchange.
type claim struct {
	name  string
	ex    *wire.Exchange // nil if it was not sent
	want  string
	check func(*wire.Exchange) (received string, ok bool)
	// by is the requirement that is broken if an image without artifacts has the same
	// defect.
	by require.ID
}

func (c claim) holds() bool {
	if c.ex == nil {
		return true
	}
	ok, _ := Check(c.want, c.check).Match(c.ex)
	return ok
}

// broken are the claims that do not hold.
func broken(claims []claim) []claim {
	var wrong []claim
	for _, c := range claims {
		if !c.holds() {
			wrong = append(wrong, c)
		}
	}
	return wrong
}

// question is what a spec claims of a history.
type question func(*history) []claim

// need ends the spec if an earlier step was already wrong. by is the requirement for
// that step.
func need(ctx context.Context, by require.ID, q question) {
	for _, c := range broken(q(together(ctx))) {
		needDeletes(c.ex)
		needRightAlone(ctx, q, c)
		needOrdinary(ctx, c.ex)
		suite.Blocked(by, c.ex, "%s was not as expected already", c.name)
	}
}

// judge judges the claims of an image with artifacts.
func judge(ctx context.Context, q question) {
	for _, c := range broken(q(together(ctx))) {
		needRightAlone(ctx, q, c)
		needOrdinary(ctx, c.ex)
		Expect(c.ex).To(Check(fmt.Sprintf("%s (%s; artifacts by %s)", c.want, c.name, blamed(ctx, q, c)), c.check))
	}
}

// needRightAlone ends the spec if an image without artifacts has the same defect.
func needRightAlone(ctx context.Context, q question, wrong claim) {
	for _, control := range broken(q(alone(ctx))) {
		if control.name == wrong.name {
			needDeletes(control.ex)
			suite.Blocked(wrong.by, control.ex, "the same is wrong with an image that has no artifacts")
		}
	}
}

// needOrdinary ends the spec if content that has nothing to do with artifacts cannot be
// pulled in the same way, either.
func needOrdinary(ctx context.Context, ex *wire.Exchange) {
	repo := suite.Repo(ctx)
	switch {
	case ex.Endpoint == wire.EndBlob && ex.Method == http.MethodGet:
		repo.ControlBlob(ctx)
	case ex.Endpoint != wire.EndManifest || ex.Method != http.MethodGet:
	case strings.Contains(path.Base(ex.URL.Path), ":"):
		repo.ControlManifest(ctx)
	default:
		repo.ControlTag(ctx)
	}
}

// needDeletes ends the spec as unsupported if the exchange is a delete that the
// registry, or the login, does not allow.
func needDeletes(ex *wire.Exchange) {
	if ex == nil || ex.Method != http.MethodDelete {
		return
	}
	switch ex.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotImplemented:
		suite.NotApplicable("a delete returned " + wire.StatusText(ex.Status))
	}
}

// blamed names the ways to attach that show the defect by themselves. They are tried
// only when a finding is about to be reported.
func blamed(ctx context.Context, q question, wrong claim) string {
	var all, titles []string
	for _, w := range waysOf(ctx) {
		all = append(all, w.title)
		if !suite.IsCareful(ctx) || single[w.title] == nil {
			continue
		}
		spec.Catch(func() { // a way that the registry does not accept is not to blame
			named := func(c claim) bool { return c.name == wrong.name }
			if slices.ContainsFunc(broken(q(single[w.title](ctx))), named) {
				titles = append(titles, w.title)
			}
		})
	}
	if len(titles) == 0 {
		return "all of these together: " + strings.Join(all, ", ")
	}
	return strings.Join(titles, ", ")
}

// unchanged claims that the response is a success with these bytes.
func unchanged(name string, ex *wire.Exchange, data []byte, by require.ID) claim {
	return claim{name, ex, fmt.Sprintf("success (any 2xx status) and the %d bytes that were pushed", len(data)), func(ex *wire.Exchange) (string, bool) {
		return fmt.Sprintf("status %s, %d bytes (%s)", wire.StatusText(ex.Status), ex.BodySize, ex.BodyDigest), ex.OK() && ex.Is(data)
	}, by}
}

// accepted claims that the request succeeded.
func accepted(name string, ex *wire.Exchange, by require.ID) claim {
	return claim{name, ex, "success (any 2xx status)", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), ex.OK()
	}, by}
}

// gone claims that the response is 404 Not Found.
func gone(name string, ex *wire.Exchange, by require.ID) claim {
	return claim{name, ex, "status 404 Not Found", func(ex *wire.Exchange) (string, bool) {
		return "status " + wire.StatusText(ex.Status), ex.Status == http.StatusNotFound
	}, by}
}

// header claims the value of a header, if the response succeeded and has it.
func header(name string, ex *wire.Exchange, key, value string, by require.ID) claim {
	return claim{name, ex, key + ": " + value, func(ex *wire.Exchange) (string, bool) {
		got := ex.Header.Get(key)
		return key + ": " + got, !ex.OK() || got == "" || strings.EqualFold(got, value)
	}, by}
}

// contentType claims the media type of a response, if it succeeded.
func contentType(name string, ex *wire.Exchange, mediaType string) claim {
	return claim{name, ex, "Content-Type " + mediaType, func(ex *wire.Exchange) (string, bool) {
		return "Content-Type: " + ex.Header.Get("Content-Type"), !ex.OK() || strings.EqualFold(ex.MediaType(), mediaType)
	}, require.PullManifestContentTypePushed}
}

// digestOf claims that Docker-Content-Digest, if there is one, is of the content, if
// the request succeeded.
func digestOf(name string, ex *wire.Exchange, content []byte, by require.ID) claim {
	return claim{name, ex, "a Docker-Content-Digest of the image, or none", func(ex *wire.Exchange) (string, bool) {
		ok, _ := HaveDigestOf(content).Match(ex)
		return "Docker-Content-Digest: " + ex.Header.Get("Docker-Content-Digest"), !ex.OK() || ok
	}, by}
}
