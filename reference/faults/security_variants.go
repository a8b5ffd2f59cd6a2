package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func loginVariants() []Variant {
	return []Variant{
		variant("basic", "a login is required",
			nil).with(withLogin),
		variant("basic-odd", "a login is required, and the challenge has unusual white space and quotes",
			Challenge(`basic  realm = "a \"registry\", of sorts" , charset=UTF-8`)).with(withLogin),
		variant("basic-after-others", "a login is required, and the Basic challenge is the last of several",
			OnAnswer(Always, On(401, Set("WWW-Authenticate", `Negotiate`), Add("WWW-Authenticate", `Digest realm="x", nonce="y", qop="auth"`), Add("WWW-Authenticate", `Basic realm="assay"`)))).with(withLogin),
		variant("bearer", "tokens are required",
			nil).with(withTokens),
		variant("bearer-1.1", "tokens are required",
			nil).with(withTokens).in(require.V1_1),
		variant("bearer-odd", "tokens are required, and the challenge has an unusual form",
			OnAnswer(Always, On(401, SetFrom("WWW-Authenticate", Replacing("Bearer ", "bearer ")), SetFrom("WWW-Authenticate", SpacedCommas)))).with(withTokens),
		variant("bearer-none-elsewhere", "tokens are given only for the repositories of the run",
			Instead(AskForOtherToken, Refuse(403, "DENIED"))).with(withTokens),
		variant("bearer-access-token", "the token is in the field access_token",
			OnAnswer(AskForToken, OK(EditJSON(AsAccessToken)))).with(withTokens),
		variant("other-repositories-401", "a login is required to write to repositories that are not the run's",
			Instead(WriteElsewhere, Refuse(401, "UNAUTHORIZED"), Set("WWW-Authenticate", `Basic realm="assay"`))),
		variant("delete-forbidden", "the login has no right to delete",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(403, "DENIED"))).with(withLogin),
		variant("read-anonymous", "reads need no login, but writes do",
			LetIn(Is("GET HEAD"))).with(withLogin),
	}
}
