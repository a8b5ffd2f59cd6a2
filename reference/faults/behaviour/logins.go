package behaviour

import (
	"net/http"
	"strings"
)

// The credentials of the registries that require a login.
const (
	Username = "assay"
	Password = "not a secret"
)

// Challenge replaces the challenge of the registry.
func Challenge(value string) Middleware {
	return OnAnswer(Always, On(401, Set("WWW-Authenticate", value)))
}

// LetIn answers requests without a login as if they had one.
func LetIn(w When) Middleware {
	return OnRequest(w.And(Not(WithHeader("Authorization"))), func(req *http.Request) { req.SetBasicAuth(Username, Password) })
}

// AskForToken matches the requests for tokens.
func AskForToken(req *http.Request) bool { return req.URL.Path == "/token" }

// AskForOtherToken matches the requests for tokens for repositories that are
// not the run's.
func AskForOtherToken(req *http.Request) bool {
	scope := req.URL.Query().Get("scope")
	return AskForToken(req) && scope != "" && !strings.Contains(scope, ":"+ownRepository) && !strings.Contains(scope, ":"+secondRepository)
}

// WriteElsewhere matches the requests that write to repositories that are not
// the run's.
func WriteElsewhere(req *http.Request) bool {
	repo := PlaceOf(req).Repo
	return repo != "" && repo != ownRepository && repo != secondRepository && !strings.HasPrefix(repo, ownRepository+"-missing-") &&
		!Is("GET HEAD")(req)
}

// The repositories of a run that names none.
const (
	ownRepository    = "assay/one"
	secondRepository = "assay/two"
)

// AsAccessToken renames the token to access_token and removes the times.
func AsAccessToken(d Object) {
	RenameField("token", "access_token")(d)
	Drop("expires_in", "issued_at")(d)
}

// SpacedCommas puts a space on each side of commas.
func SpacedCommas(v string) string { return strings.ReplaceAll(v, ",", " , ") }
