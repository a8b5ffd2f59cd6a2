package wire_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

// The secrets of these tests all hold the word "sesame".

func TestSecretsInText(t *testing.T) {
	for text, want := range map[string]string{
		// Addresses.
		"GET https://alice:opensesame@registry.example/v2/: EOF":       "GET https://REDACTED@registry.example/v2/: EOF",
		"https://opensesame@registry.example":                          "https://REDACTED@registry.example",
		"https://alice:open@sesame@registry.example/a@b":               "https://REDACTED@registry.example/a@b",
		`"https://r/x?token=opensesame"`:                               `"https://r/x?token=REDACTED"`,
		"see http://r/x?a=1&access_token=opensesame&b=2 and go":        "see http://r/x?a=1&access_token=REDACTED&b=2 and go",
		"https://r/x?X-Amz-Signature=opensesame&X-Amz-Date=2026":       "https://r/x?X-Amz-Signature=REDACTED&X-Amz-Date=2026",
		"https://r/x?a=1&X-Amz-Credential=opensesame%2F2026":           "https://r/x?a=1&X-Amz-Credential=REDACTED",
		"https://r/x?x-amz-security-token=opensesame":                  "https://r/x?x-amz-security-token=REDACTED",
		"https://r/x?X%2DAmz%2DSignature=opensesame":                   "https://r/x?X%2DAmz%2DSignature=REDACTED",
		"https://r/x?sv=2026&sig=opensesame%3D&se=2026":                "https://r/x?sv=2026&sig=REDACTED&se=REDACTED",
		"https://r/x?X-Goog-Signature=opensesame":                      "https://r/x?X-Goog-Signature=REDACTED",
		"https://r/x?Policy=opensesame&Key-Pair-Id=sesame":             "https://r/x?Policy=REDACTED&Key-Pair-Id=REDACTED",
		"https://r/x?verify=1700000000-opensesame":                     "https://r/x?verify=REDACTED",
		"https://r/x#access_token=opensesame":                          "https://r/x#access_token=REDACTED",
		"https://r/x?next=https%3A%2F%2Fs%2F%3Ftoken%3Dopensesame":     "https://r/x?next=REDACTED",
		"HTTPS://alice:opensesame@r/x?TOKEN=opensesame":                "HTTPS://REDACTED@r/x?TOKEN=REDACTED",
		`{"url":"https://r/x?a=1\u0026X-Amz-Signature=opensesame"}`:    `{"url":"https://r/x?a=1\u0026X-Amz-Signature=REDACTED"}`,
		`{"url":"https:\/\/alice:opensesame@r\/x?token=open\/sesame"}`: `{"url":"https:\/\/REDACTED@r\/x?token=REDACTED"}`,
		`<a href="https://r/x?a=1&amp;token=opensesame">`:              `<a href="https://r/x?a=1&amp;token=REDACTED">`,
		`<a href='/x?a=1&token=opensesame'>`:                           `<a href='/x?a=1&token=REDACTED'>`,
		// Fields.
		`{"token":"opensesame","access_token" : "opensesame"}`:   `{"token":"REDACTED","access_token" : "REDACTED"}`,
		`{"refreshToken":"opensesame","identitytoken":"sesame"}`: `{"refreshToken":"REDACTED","identitytoken":"REDACTED"}`,
		`{"auths":{"r":{"auth":"b3BlbnNlc2FtZQ==opensesame"}}}`:  `{"auths":{"r":{"auth":"REDACTED"}}}`,
		`{"password":"open\"sesame","user":"alice"}`:             `{"password":"REDACTED","user":"alice"}`,
		`{"Secret":"opensesame"}`:                                `{"Secret":"REDACTED"}`,
		"grant_type=password&password=opensesame&username=alice": "grant_type=password&password=REDACTED&username=alice",
		"refresh_token=opensesame":                               "refresh_token=REDACTED",
		// Credentials.
		"Authorization: Bearer eyJopen.sesame_-opensesame": "Authorization: Bearer REDACTED",
		"authorization: bearer opensesame/+1==":            "authorization: bearer REDACTED",
		"Authorization: Basic YWxpY2U6b3BlbnNlc2FtZQ==":    "Authorization: Basic REDACTED",
		`{"header":"Basic YWxpY2U6b3BlbnNlc2FtZQ="}`:       `{"header":"Basic REDACTED"}`,
		`curl -H 'Authorization: Bearer opensesame1'`:      `curl -H 'Authorization: Bearer REDACTED'`,
	} {
		g := gomega.NewWithT(t)
		got := wire.RedactText(text)
		g.Expect(got).To(gomega.Equal(want))
		g.Expect(wire.RedactText(got)).To(gomega.Equal(got), "twice")
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	g := gomega.NewWithT(t)
	for _, text := range []string{
		sha, "sha512:" + strings.Repeat("0af", 40), "v1.2.3-rc.1_x", "a/b/c:latest@" + sha,
		`{"tags":["token","password","secret"],"name":"basic/bearer"}`,
		`{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}`,
		`{"schemaVersion":2,"config":{"digest":"` + sha + `","size":2},"annotations":{"a":"b"}}`,
		`{"signatures":[{"keyid":"k","sig":"MEUCIQ"}],"signature":"MEUCIQ"}`,
		"https://r:5000/v2/a/blobs/uploads/1?_state=aGVsbG8%3D&state=abc&digest=sha256%3A00",
		"https://r/v2/a/tags/list?n=2&last=token&next_page=abc", "https://r/token?service=r&scope=repository%3Aa%3Apull&account=alice",
		"/v2/a/blobs/uploads/?mount=" + sha + "&from=b", "/v2/a/referrers/" + sha + "?artifactType=a%2Fb",
		"oci://r/a@" + sha, "alice@registry.example", "0-1023", "<https://r/v2/a/tags/list?n=1&last=v1>; rel=\"next\"",
		`Bearer realm="https://r/token",service="r",scope="repository:a:pull"`,
		`Bearer service="registry.example",realm="https://r/token",error="invalid_token"`,
		`Bearer error_description="The token has expired",realm="https://r/token"`,
		`Basic charset="UTF-8", realm="a b"`, "Basic authentication required", "Bearer authorization, please", "a basic implementation.",
		`curl -u "$ASSAY_USERNAME:$ASSAY_PASSWORD"`, `-H "Authorization: Bearer $TOKEN"`, "basic credential not found",
		"no full answer within 30s", "", "\xff\x00",
	} {
		g.Expect(wire.RedactText(text)).To(gomega.Equal(text))
	}
}

func TestSecretsInHeaders(t *testing.T) {
	g := gomega.NewWithT(t)
	h := http.Header{
		"Authorization": {"Bearer opensesame"}, "Proxy-Authorization": {"Basic opensesame"}, "Cookie": {"a=opensesame"},
		"Set-Cookie": {"a=opensesame", "b=opensesame"}, "X-Amz-Security-Token": {"opensesame"}, "X-Auth-Token": {"opensesame"},
		"X-Registry-Auth": {"opensesame"}, "X-Api-Key": {"opensesame"}, "x-vault-token": {"opensesame"},
		"Location":         {"/x?a=1&X-Amz-Signature=opensesame"},
		"Content-Location": {"//alice:opensesame@r/x?token=opensesame"},
		"Link":             {`</x?n=1&token=opensesame>; rel="next", <//alice:opensesame@r/?a&sig=opensesame>; rel="last"; title="a=b"`},
		"Refresh":          {"5; url=https://r/x?token=opensesame"},
		"X-Echo":           {"Basic YWxpY2U6b3BlbnNlc2FtZQ=="},
		"Www-Authenticate": {`Bearer realm="https://alice:opensesame@r/token?access_token=opensesame",service="r"`},
		"Etag":             {`"` + sha + `"`}, "Docker-Content-Digest": {sha}, "Content-Length": {"10"}, "Range": {"0-9"},
		"Docker-Upload-Uuid": {"6b3c9a93-af5d-473f-a4cf-9710022185cd"},
	}
	original := h.Clone()
	got := wire.RedactHeader(h)
	g.Expect(h).To(gomega.Equal(original), "what was given is not changed")
	redacted := []string{wire.Redacted}
	g.Expect(got).To(gomega.Equal(http.Header{
		"Authorization": redacted, "Proxy-Authorization": redacted, "Cookie": redacted, "Set-Cookie": {wire.Redacted, wire.Redacted},
		"X-Amz-Security-Token": redacted, "X-Auth-Token": redacted, "X-Registry-Auth": redacted, "X-Api-Key": redacted, "x-vault-token": redacted,
		"Location":         {"/x?a=1&X-Amz-Signature=REDACTED"},
		"Content-Location": {"//REDACTED@r/x?token=REDACTED"},
		"Link":             {`</x?n=1&token=REDACTED>; rel="next", <//REDACTED@r/?a&sig=REDACTED>; rel="last"; title="a=b"`},
		"Refresh":          {"5; url=https://r/x?token=REDACTED"},
		"X-Echo":           {"Basic REDACTED"},
		"Www-Authenticate": {`Bearer realm="https://REDACTED@r/token?access_token=REDACTED",service="r"`},
		"Etag":             {`"` + sha + `"`}, "Docker-Content-Digest": {sha}, "Content-Length": {"10"}, "Range": {"0-9"},
		"Docker-Upload-Uuid": {"6b3c9a93-af5d-473f-a4cf-9710022185cd"},
	}))
}

// TestChallengesStay has the whole header, since specs are about it.
func TestChallengesStay(t *testing.T) {
	g := gomega.NewWithT(t)
	for _, challenge := range []string{
		`Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"`,
		`BEARER service="registry.example", realm=https://auth.example/token`,
		`Bearer realm=https://auth.example/token,service=a`, `Basic realm="Registry Realm"`, `Basic charset="UTF-8",realm="a"`, `Negotiate`, `Digest realm="a", nonce="b"`, ``,
	} {
		h := http.Header{"Www-Authenticate": {challenge}}
		g.Expect(wire.RedactHeader(h)).To(gomega.Equal(h))
	}
}

func TestSecretsInURLs(t *testing.T) {
	g := gomega.NewWithT(t)
	g.Expect(wire.RedactURL(nil)).To(gomega.BeEmpty())
	for from, want := range map[string]string{
		"https://alice:opensesame@r/x":                "https://REDACTED@r/x",
		"https://alice:open%2Fsesame%40@r/x":          "https://REDACTED@r/x",
		"https://r/x?password=opensesame&state=a&b=c": "https://r/x?password=REDACTED&state=a&b=c",
		"https://r/x?a=%2f&sig=opensesame&a;b":        "https://r/x?a=%2f&sig=REDACTED&a;b",
		"https://r/x?token=open;sesame":               "https://r/x?token=REDACTED",
		"https://r/x?token":                           "https://r/x?token",
		"https://r/token=x?a=b":                       "https://r/token=x?a=b",
		"https://r/x?_state=Zm9v%3D&digest=" + sha:    "https://r/x?_state=Zm9v%3D&digest=" + sha,
	} {
		u := parse(t, from)
		g.Expect(wire.RedactURL(u)).To(gomega.Equal(want))
		g.Expect(u.String()).To(gomega.Equal(from), "what was given is not changed")
	}
}

func FuzzRedactText(f *testing.F) {
	for _, seed := range []string{
		"https://a:b@c/d?token=e&f=g#sig=h", `{"token":"a\"b","password" : "c"}`, "Bearer abcdefgh.1== Basic Zm9vOmJhcg==", `a?b=c\u0026sig=d&amp;sig=e`,
		"https:\\/\\/a@b?token=https%3A%2F%2Fa@b", "password=Bearer abcdefgh1", "Basic https://a@b", `"token":"https://a:b@c"`, "//a@b", "=%&?#@:/\\\"'<>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := wire.RedactText(text)
		if twice := wire.RedactText(once); twice != once {
			t.Fatalf("%q became %q and then %q", text, once, twice)
		}
		wire.RedactHeader(http.Header{"Link": {text}, "X": {text}, text: {text}})
	})
}

// FuzzSecrets hides a secret behind anything.
func FuzzSecrets(f *testing.F) {
	f.Add("before ", " after")
	f.Add("{", "}")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "T0pSecret.opensesame"
		for _, text := range []string{
			before + " https://alice:" + secret + "@registry.example/" + after,
			before + " https://registry.example/x?X-Amz-Signature=" + secret + "&" + after,
			before + ` {"access_token":"` + secret + `"} ` + after,
			before + " Bearer " + secret + " " + after,
		} {
			if got := wire.RedactText(text); strings.Contains(got, secret) && strings.Count(before+after, secret) == 0 {
				t.Fatalf("%q became %q", text, got)
			}
		}
	})
}
