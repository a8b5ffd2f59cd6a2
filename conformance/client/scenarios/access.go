package scenarios

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"assay/conformance/client/stage"
	. "assay/reference/faults/behaviour"
)

// Logins.
var (
	LoginBasic = add(scenario{
		Name: "login-basic", Does: "asks for a login with Basic", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBasic, Basic: true},
	})
	LoginBearer = add(scenario{
		Name: "login-bearer", Does: "asks for a token with Bearer", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true},
	})
	LoginBearerPush = add(scenario{
		Name: "login-bearer-push", Does: "asks for a token with Bearer", Steps: push,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true},
	})
	LoginList = add(scenario{
		Name: "login-challenges-in-one-header", Does: "has two challenges in one WWW-Authenticate header, of which the second is Bearer", Steps: pull,
		Login: &stage.Login{Challenge: stage.InOneLine, Bearer: true},
	})
	LoginHeaders = add(scenario{
		Name: "login-challenges-in-headers", Does: "has two WWW-Authenticate headers, of which the second is Bearer", Steps: pull,
		Login: &stage.Login{Challenge: stage.InLines, Bearer: true},
	})
	LoginAccessToken = add(scenario{
		Name: "login-access-token", Does: "gives tokens as access_token, without token", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true, AccessToken: true},
	})
	LoginExpires = add(scenario{
		Name: "login-token-expires", Does: "takes the first token for four requests only", Steps: push,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true, FirstLives: 4},
	})
	LoginRefused = add(scenario{
		Name: "login-refused", Does: "refuses the login", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBasic, Basic: true, Refuses: true},
	})
)

// Redirects, warnings, limits.
var (
	BlobRedirected = add(scenario{
		Name: "blob-redirected", Does: "redirects GET of blobs to another host", Steps: pull,
		Elsewhere: Redirected(http.StatusTemporaryRedirect, GetBlob),
	})
	ManifestRedirected = add(scenario{
		Name: "manifest-redirected", Does: "asks for a token, and redirects GET and HEAD of manifests to another host", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true}, Elsewhere: Redirected(http.StatusTemporaryRedirect, PullManifest),
	})
	HeadRedirected = add(scenario{
		Name: "blob-head-redirected", Does: "asks for a token, and redirects HEAD of blobs to another host", Steps: push,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true}, Elsewhere: Redirected(http.StatusTemporaryRedirect, Is("HEAD", Blobs)),
	})
	TagsRedirected = add(scenario{
		Name: "tags-redirected", Does: "redirects GET of the list of tags to another host", Steps: tags,
		Elsewhere: Redirected(http.StatusTemporaryRedirect, ListTags),
	})
	TagsLinkElsewhere = add(scenario{
		Name: "tags-link-other-host", Does: "asks for a token, and lists two tags in a page, with a Link to the next page on another host", Steps: tags, Before: fiveTags,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true}, Behaviour: does(OnRequest(ListTags, SetParameter("n", "2"))),
		Elsewhere: func(address string) middleware { return OnAnswer(ListTags, OK(EditLink(`^<`, "<http://"+address))) },
	})
	BlobRedirectedTwice = add(scenario{
		Name: "blob-redirected-twice", Does: "asks for a token, and redirects GET of blobs by 308 to a path of its own, then by 302 to another host, with a query that it needs", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true}, Elsewhere: redirectedTwice,
		There: func(content) middleware { return detour },
	})
	BlobRedirectedLogin = add(scenario{
		Name: "blob-redirected-login", Does: "asks for a token, and redirects GET of blobs to another host", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true}, Elsewhere: Redirected(http.StatusTemporaryRedirect, PullBlob),
	})
	BlobRedirectedBasic = add(scenario{
		Name: "blob-redirected-basic", Does: "asks for a login with Basic, and redirects GET of blobs to another host", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBasic, Basic: true}, Elsewhere: Redirected(http.StatusTemporaryRedirect, GetBlob),
	})
	PullWarnings = add(scenario{
		Name: "pull-warnings", Does: "sends a Warning with each answer", Steps: append(pull, pullByDigest...), Behaviour: does(warns),
	})
	PushWarnings = add(scenario{
		Name: "push-warnings", Does: "sends a Warning with each answer", Steps: push, Behaviour: does(warns),
	})
	TooMany = add(scenario{
		Name: "too-many-requests", Does: "answers the first two requests for a manifest with 429 and Retry-After: a number of seconds, and then a date", Steps: pull,
		Behaviour: does(throttled(PullManifest)),
	})
	TooManyUploads = add(scenario{
		Name: "push-too-many-requests", Does: "answers the first two requests that close an upload with 429 and Retry-After: a number of seconds, and then a date", Steps: push,
		Behaviour: does(throttled(PutUpload)),
	})
)

// warns sends a warning that a careless reader may act on.
func warns(next http.Handler) http.Handler {
	return OnAnswer(Always, Add("Warning", `299 - "This repository is deprecated. Delete it, retry, or use registry.example/new instead."`))(next)
}

// RetryAfter is the number of seconds in Retry-After.
const RetryAfter = 1

// throttled refuses the first two matching requests, the second one with a date.
func throttled(w When) middleware {
	return func(next http.Handler) http.Handler {
		var count atomic.Int64
		return Handle(w, func(next http.Handler, req *http.Request) *Answer {
			after := strconv.Itoa(RetryAfter)
			switch count.Add(1) {
			case 1:
			case 2:
				// A date has whole seconds, so that it is one to two of them away.
				after = time.Now().Add((RetryAfter + 1) * time.Second).UTC().Format(http.TimeFormat)
			default:
				return Pass(next, req)
			}
			return NewAnswer(req, Refuse(http.StatusTooManyRequests, "TOOMANYREQUESTS"), Set("Retry-After", after))
		})(next)
	}
}

// redirectedTwice leads to a path of the registry itself, by a Location without a host, and
// from there to the second host.
func redirectedTwice(address string) middleware {
	return func(next http.Handler) http.Handler {
		elsewhere := Redirected(http.StatusFound, Always)(address)(next)
		first := Instead(GetBlob, Status(http.StatusPermanentRedirect), SetRequested("Location", func(req *http.Request) string {
			return req.URL.Path + "?from=" + redirectQuery
		}))(next)
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if GetBlob(req) && req.URL.Query().Get("from") == redirectQuery {
				elsewhere.ServeHTTP(w, req)
				return
			}
			first.ServeHTTP(w, req)
		})
	}
}

const redirectQuery = "registry"

// detour is the second host of two redirects: it redirects once more, to itself.
func detour(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		query := req.URL.Query()
		if GetBlob(req) && !query.Has("again") {
			w.Header().Set("Location", req.URL.RequestURI()+"&again=1")
			w.WriteHeader(http.StatusFound)
			return
		}
		if query.Get("from") != redirectQuery {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, req)
	})
}
