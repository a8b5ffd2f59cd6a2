package faults

import (
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func loginVariants() []Variant {
	return []Variant{
		variant("basic", "a login is wanted",
			nil).with(withLogin),
		variant("basic-odd", "a login is wanted, with a challenge that is written oddly",
			Challenge(`basic  realm = "a \"registry\", of sorts" , charset=UTF-8`)).with(withLogin),
		variant("basic-after-others", "a login is wanted, by the last of several challenges",
			OnAnswer(Always, On(401, Set("WWW-Authenticate", `Negotiate`), Add("WWW-Authenticate", `Digest realm="x", nonce="y", qop="auth"`), Add("WWW-Authenticate", `Basic realm="assay"`)))).with(withLogin),
		variant("bearer", "tokens are wanted",
			nil).with(withTokens),
		variant("bearer-1.1", "tokens are wanted",
			nil).with(withTokens).in(require.V1_1),
		variant("bearer-odd", "tokens are wanted, with a challenge that is written oddly",
			OnAnswer(Always, On(401, SetFrom("WWW-Authenticate", Replacing("Bearer ", "bearer ")), SetFrom("WWW-Authenticate", SpacedCommas)))).with(withTokens),
		variant("bearer-none-elsewhere", "there are no tokens for repositories that are not the run's",
			Instead(AskForOtherToken, Refuse(403, "DENIED"))).with(withTokens),
		variant("bearer-access-token", "tokens are called access tokens",
			OnAnswer(AskForToken, OK(EditJSON(AsAccessToken)))).with(withTokens),
		variant("other-repositories-401", "a login is wanted for repositories that are not the run's",
			Instead(WriteElsewhere, Refuse(401, "UNAUTHORIZED"), Set("WWW-Authenticate", `Basic realm="assay"`))),
		variant("delete-forbidden", "the login may not delete",
			Instead(Is("DELETE", Manifests, Blobs), Refuse(403, "DENIED"))).with(withLogin),
		variant("read-anonymous", "everybody may read, a login is wanted to write",
			LetIn(Is("GET HEAD"))).with(withLogin),
	}
}
