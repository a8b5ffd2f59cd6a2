// Package access has the specs of what a client does on every request: logins, redirects,
// warnings, errors, proxies.
package access

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"

	. "assay/conformance/client/judge"
	"assay/conformance/client/scenarios"
	"assay/conformance/client/stage"
	"assay/conformance/client/traffic"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
)

var _ = Describe("A login", func() {
	It("with Basic works", require.ClientAccessChallengeBasic, func(ctx SpecContext) { Succeeds(ctx, scenarios.LoginBasic) })
	It("with Bearer works for a pull", require.ClientAccessChallengeBearer, func(ctx SpecContext) { withBearer(ctx, scenarios.LoginBearer) })
	It("with Bearer works for a push", require.ClientAccessChallengeBearer, func(ctx SpecContext) { withBearer(ctx, scenarios.LoginBearerPush) })
	It("works with several challenges in one header", require.ClientAccessChallengeList, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.LoginBearer, require.ClientAccessChallengeBearer)
		Succeeds(ctx, scenarios.LoginList)
	})
	It("works with several headers with challenges", require.ClientAccessChallengeHeaders, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.LoginBearer, require.ClientAccessChallengeBearer)
		Succeeds(ctx, scenarios.LoginHeaders)
	})
	It("takes access_token", require.ClientAccessTokenAccessToken, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.LoginBearer, require.ClientAccessChallengeBearer)
		Succeeds(ctx, scenarios.LoginAccessToken)
	})
	It("is renewed if the token expires during a push", require.ClientAccessTokenExpiry, func(ctx SpecContext) {
		MustSucceed(ctx, scenarios.LoginBearerPush, require.ClientAccessChallengeBearer)
		Succeeds(ctx, scenarios.LoginExpires)
	})
	It("asks for the scope of the challenge", require.ClientAccessTokenScope, func(ctx SpecContext) {
		for _, s := range []*stage.Scenario{scenarios.LoginBearer, scenarios.LoginBearerPush} {
			scoped(Play(ctx, s))
		}
	})
	It("that is refused ends in a failure", require.ClientAccessRefused, func(ctx SpecContext) {
		const most = 20
		p := Play(ctx, scenarios.LoginRefused)
		Expected(p, !p.Steps[0].Done(), Last(p), "a failure of the client", "exit 0")
		Expected(p, len(p.All) <= most, Last(p), "a failure after some attempts", "%d requests", len(p.All))
	})
})

// withBearer judges a push or pull with tokens. A token without the right scope is judged
// by itself.
func withBearer(ctx SpecContext, s *stage.Scenario) {
	p := Play(ctx, s)
	if Caught(func() { scoped(p) }) {
		Blocked(require.ClientAccessTokenScope, nil, "the client asks for tokens with another scope")
	}
	Succeeds(ctx, s)
}

var scopeParameter = regexp.MustCompile(`scope="([^"]*)"`)

// scoped judges that the next request for a token after a challenge with a scope covers
// it.
func scoped(p *stage.Played) {
	asked := ""

	for _, ex := range p.All {
		if ex.URL.Path == stage.TokenPath && asked != "" {
			form := ex.URL.Query()
			if posted, err := url.ParseQuery(string(ex.Sent)); err == nil && ex.Method == "POST" {
				form = posted
			}
			Expected(p, stage.Covers(form, asked), ex, "a request for a token with the scope "+asked, "scope=%s", strings.Join(form["scope"], " "))
			asked = ""
			continue
		}
		if ex.Status == 401 && ex.URL.Path != stage.TokenPath {
			if found := scopeParameter.FindStringSubmatch(strings.Join(ex.Header.Values("WWW-Authenticate"), ", ")); found != nil {
				asked = found[1]
			}
		}
	}

}

var _ = Describe("The login of another registry", func() {
	It("is not sent to a proxy", require.ClientAccessProxyCredentials, func(ctx SpecContext) {
		for _, p := range Everything(ctx) {
			ex := Find(p, sendsUpstream)
			Expected(p, ex == nil, ex, "no login of "+stage.UpstreamRegistry, "the login of "+stage.UpstreamRegistry)
		}
	})
})

// sendsUpstream chooses requests with the login of another registry.
func sendsUpstream(ex *traffic.Exchange) bool {
	value, _ := strings.CutPrefix(ex.Authorization, "Basic ")
	decoded, _ := base64.StdEncoding.DecodeString(value)
	return strings.Contains(string(decoded), stage.UpstreamPassword) || strings.Contains(string(ex.Sent), stage.UpstreamPassword)
}
