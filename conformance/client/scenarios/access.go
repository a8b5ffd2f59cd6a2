package scenarios

import (
	"net/http"
	"sync/atomic"

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
		Name: "manifest-redirected", Does: "redirects GET of manifests to another host", Steps: pull,
		Elsewhere: Redirected(http.StatusTemporaryRedirect, GetManifest),
	})
	BlobRedirectedLogin = add(scenario{
		Name: "blob-redirected-login", Does: "asks for a token, and redirects GET of blobs to another host", Steps: pull,
		Login: &stage.Login{Challenge: stage.AsBearer, Bearer: true}, Elsewhere: Redirected(http.StatusTemporaryRedirect, GetBlob),
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
		Name: "too-many-requests", Does: "answers the first request for a manifest with 429 and Retry-After: 1", Steps: pull,
		Behaviour: does(firstThrottled),
	})
)

// warns sends a warning that a careless reader may act on.
func warns(next http.Handler) http.Handler {
	return OnAnswer(Always, Add("Warning", `299 - "This repository is deprecated. Delete it, retry, or use registry.example/new instead."`))(next)
}

// RetryAfter is the number of seconds in Retry-After.
const RetryAfter = 1

func firstThrottled(next http.Handler) http.Handler {
	var count atomic.Int64
	return Handle(PullManifest, func(next http.Handler, req *http.Request) *Answer {
		if count.Add(1) == 1 {
			return NewAnswer(req, Refuse(http.StatusTooManyRequests, "TOOMANYREQUESTS"), Set("Retry-After", "1"))
		}
		return Pass(next, req)
	})(next)
}
