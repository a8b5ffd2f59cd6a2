package faults

import (
	"regexp"
	"slices"
	"strings"

	require "assay/conformance/requirements"
	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
)

func accessFaults() []Fault {
	return slices.Concat(errorFaults(), proxyFaults(), redirectFaults(), warningFaults(), loginFaults())
}

func errorFaults() []Fault {
	return []Fault{
		fault("error-code-needed", "a 404 counts only if the body has the code MANIFEST_UNKNOWN",
			OnAnswer(GetManifest, On(404, Unless(Says("MANIFEST_UNKNOWN"), Status(500)))), require.ClientAccessErrorsCodes, require.ClientAccessErrorsBody),
		fault("error-body-read", "an error that is not JSON makes the client give up",
			FailsOn(Not(Or(HeadBlob, HeadManifest)), ErrorPage), require.ClientAccessErrorsBody),
		fault("error-body-read-referrers", "an error of the referrers API that is not JSON makes the client give up",
			FailsOn(ListReferrers, ErrorPage), require.ClientAccessErrorsBody),
		fault("subject-needed", "a push fails if the registry does not answer with OCI-Subject",
			FailsOn(PutManifest.And(HasSubject), Without("OCI-Subject")), require.ClientAccessPartial, require.ClientReferencesPushFallback),
		fault("digest-header-needed-push", "a push fails if the registry does not answer with Docker-Content-Digest",
			FailsOn(PutManifest, Without("Docker-Content-Digest")), require.ClientPullHeadersOptional, require.ClientAccessPartial),
		fault("delete-refusal-ignored", "a deletion that is refused is taken for done",
			OnAnswer(DeleteManifest, Trusting), require.ClientAccessDeleteRefused),
		fault("delete-405-ignored", "a deletion that the registry does not support is taken for done",
			OnAnswer(DeleteManifest, On(405, Status(202)), On(400, Status(202))), require.ClientAccessDeleteRefused),
		fault("delete-refusal-waits", "after a deletion is refused, the client waits for ever",
			WaitsOn(DeleteManifest, Refused), require.ClientAccessEnds),
		fault("retry-after-ignored", "after a 429, the request is sent again at once",
			Chain(func(o *client.Options) { o.Impatient = true }, AtOnce), require.ClientAccessRetryAfter),
	}
}

func proxyFaults() []Fault {
	return []Fault{
		fault("ns-sent", "each pull has the parameter ns",
			OnRequest(BlobOrManifest, AddParameter("ns", "registry.example.org")), require.ClientAccessProxyNs, require.ClientAccessProxySourceHost),
		fault("ns-own-host", "each pull has the parameter ns with the registry itself",
			OwnNamespace(BlobOrManifest), require.ClientAccessProxyNs),
		fault("ns-blob", "each pull of a blob has the parameter ns",
			OwnNamespace(GetBlob), require.ClientAccessProxyNs),
		fault("login-of-others-sent", "a registry gets the login that Docker's configuration has for another one",
			SendsEveryLogin, require.ClientAccessProxyCredentials),
		fault("ns-other-host", "each pull has the parameter ns with a host that nobody named",
			OnRequest(GetManifest, AddParameter("ns", "docker.io")), require.ClientAccessProxySourceHost, require.ClientAccessProxyNs),
	}
}

func redirectFaults() []Fault {
	everywhere := Login{Renews: true, Redirected: true}
	return []Fault{
		fault("redirect-blob-ignored", "redirects of blobs are not followed",
			OnRequest(GetBlob, NoRedirect), require.ClientAccessRedirectFollow),
		fault("redirect-ignored", "redirects are not followed",
			OnRequest(Any, NoRedirect), require.ClientAccessRedirectFollow),
		fault("redirect-upload-ignored", "redirects of uploads are not followed",
			OnRequest(Or(StartUpload, InUpload), NoRedirect), require.ClientAccessRedirectFollow),
		fault("authorization-follows", "the login follows a redirect to another host",
			LogsIn(Any, everywhere), require.ClientAccessRedirectAuthorization),
		fault("authorization-follows-blob", "the login follows a redirect of a blob to another host",
			LogsIn(GetBlob, everywhere), require.ClientAccessRedirectAuthorization),
		fault("authorization-follows-head", "the login follows a redirect of HEAD of a blob to another host",
			LogsIn(HeadBlob, everywhere), require.ClientAccessRedirectAuthorization),
		fault("authorization-follows-upload", "the login follows a redirect of an upload to another host",
			LogsIn(Or(StartUpload, SinglePost, Mount, InUpload), everywhere), require.ClientAccessRedirectAuthorization),
		fault("authorization-at-location", "the login is sent to the Location of an upload on another host",
			LogsIn(Any, Login{Renews: true, Located: true}), require.ClientAccessLocationAuthorization),
		fault("authorization-at-link", "the login is sent to the Link of a list of tags on another host",
			LogsIn(ListTags, Login{Renews: true, Located: true}), require.ClientAccessLocationAuthorization),
	}
}

func warningFaults() []Fault {
	return []Fault{
		fault("warning-fatal", "a warning makes the client give up",
			FailsOn(Any, Having("Warning")), require.ClientAccessWarningsAction),
		fault("warning-fatal-manifest", "a warning of a manifest makes the client give up",
			FailsOn(Or(GetManifest, PutManifest), Having("Warning")), require.ClientAccessWarningsAction),
		fault("warning-repeats", "a request that was answered with a warning is sent again",
			RepeatsOn(Having("Warning")), require.ClientAccessWarningsAction),
	}
}

var (
	several = regexp.MustCompile(`(?i)\b(basic|bearer) .*, *(basic|bearer) `)
	unknown = regexp.MustCompile(`(?i)^ *[a-z0-9-]+.*, *(basic|bearer) `)
)

// begins is a challenge of one scheme, and no other.
func begins(scheme string) func([]string) bool {
	return func(challenges []string) bool {
		return len(challenges) == 1 && !several.MatchString(challenges[0]) && strings.HasPrefix(strings.ToLower(challenges[0]), scheme+" ")
	}
}

// toPush is the scope for a push of the repository that a scope is for.
func toPush(scope string) string { return scope[:strings.LastIndex(scope, ":")+1] + "pull,push" }

func loginFaults() []Fault {
	own := Login{Renews: true}
	with := func(change func(*Login)) Change {
		l := own
		change(&l)
		return LogsIn(Any, l)
	}
	return []Fault{
		fault("challenge-basic-unanswered", "a Basic challenge is not answered",
			Unanswered(begins("basic")), require.ClientAccessChallengeBasic),
		fault("challenge-bearer-unanswered", "a Bearer challenge is not answered",
			Unanswered(begins("bearer")), require.ClientAccessChallengeBearer),
		fault("challenge-list-unanswered", "a header with several challenges is not understood",
			Unanswered(func(c []string) bool {
				return len(c) == 1 && (several.MatchString(c[0]) || unknown.MatchString(c[0]) && !strings.HasPrefix(strings.ToLower(c[0]), "b"))
			}), require.ClientAccessChallengeList),
		fault("challenge-headers-unanswered", "several headers with challenges are not understood",
			Unanswered(func(c []string) bool { return len(c) > 1 }), require.ClientAccessChallengeHeaders),
		fault("token-access-token-ignored", "a token that is called access_token is not found",
			with(func(l *Login) { l.Field = "token" }), require.ClientAccessTokenAccessToken),
		fault("token-not-renewed", "a token that has expired is sent on and on",
			with(func(l *Login) { l.Renews, l.Scope = false, toPush }), require.ClientAccessTokenExpiry),
		fault("token-scope-missing", "a token is asked for without a scope",
			with(func(l *Login) { l.Scope = func(string) string { return "" } }), require.ClientAccessTokenScope),
		fault("token-scope-pull", "a token is asked for with the scope to pull, also for a push",
			with(func(l *Login) {
				l.Scope = func(s string) string { return s[:strings.LastIndex(s, ":")+1] + "pull" }
			}), require.ClientAccessTokenScope),
		fault("token-scope-other", "a token is asked for with the scope of another repository",
			with(func(l *Login) {
				l.Scope = func(s string) string { return strings.Replace(s, "repository:", "repository:other/", 1) }
			}), require.ClientAccessTokenScope),
		fault("login-again-and-again", "a login that is refused is sent 50 times",
			with(func(l *Login) { l.Again = 50 }), require.ClientAccessRefused),
	}
}
