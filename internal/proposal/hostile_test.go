package proposal_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"assay/fixtures"
	"assay/internal/proposal"
)

// small is a proposal whose parts a test replaces.
const small = `name: small
title: Small
link: https://example.org/small
status: draft
builds-on: "1.1"
documents:
  - name: note
    kind: blob
    media-type: text/plain
    text: about ${nonce}
  - name: thing
    media-type: application/vnd.example.thing.v1+json
    json: {content: "${note}", nonce: "${nonce}"}
endpoints:
  - method: GET
    path: things/{digest}
    answers: [{status: 200, body: {things: "${manifests.map(m, m.digest)}"}}]
support:
  exchanges: [{request: "GET things/${missing}"}]
  expect: [answer.status == 200]
requirements:
  - id: listed
    party: registry
    level: MUST
    summary: It is listed.
    exchanges: [{push: thing}, {request: "GET things/${image.digest}"}]
    expect: ["answer.body.things.exists(t, t == thing.digest)"]
`

func TestSmallIsRight(t *testing.T) {
	if _, err := proposal.Parse("small.yaml", []byte(small)); err != nil {
		t.Fatal(err)
	}
	if _, err := proposal.Parse("new.yaml", proposal.Template); err != nil {
		t.Error(err)
	}
}

// A wrong file gets its line and column, what is wrong, and what is allowed.
func TestErrorsNameTheirPlace(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown key", "status: draft", "stats: draft", "small.yaml:4:1: unknown key stats: allowed here are about, builds-on"},
		{"a missing key", "link: https://example.org/small\n", "", "small.yaml:1:5: missing here: link"},
		{"a word that is not allowed", "level: MUST", "level: must", "small.yaml:24:12: requirements.0.level: must is not allowed: want one of MUST, SHOULD, MAY, COMPAT"},
		{"an unknown variable", "about ${nonce}", "about ${nons}", "small.yaml:10:19: undeclared reference to 'nons': there are arm64, config"},
		{"a document that comes later", "about ${nonce}", "about ${thing.digest}", "small.yaml:10:19: undeclared reference to 'thing'"},
		{"an unknown field", "expect: [answer.status == 200]", "expect: [answer.stats == 200]", "small.yaml:20:18: undefined field 'stats'"},
		{"wrong types", "expect: [answer.status == 200]", `expect: ["answer.status == 'x'"]`, "found no matching overload for '_==_' applied to '(int, string)'"},
		{"no condition", "expect: [answer.status == 200]", "expect: [answer.status]", "want true or false"},
		{"a placeholder without an end", "about ${nonce}", "about ${nonce", "the placeholder is not closed"},
		{"an unknown document", "push: thing", "push: thin", "there is no document thin"},
		{"no YAML", "name: small", "name: [", "small.yaml:"},
		{"two deeds", "{push: thing}", "{push: thing, try: thing}", "want one of push, try, delete, request"},
		{"a constant document", `nonce: "${nonce}"}`, `a: b}`, ""},
		{"copies that are all the same", "{push: thing}", "{push: thing, copies: 2}", "the copies of thing are all the same: put ${copy} into it"},
		{"a condition without a reason", "expect: [\"answer.body", "given: [{if: 'answer.status == 200'}]\n    expect: [\"answer.body", "want one of by and why"},
		{"an unknown base", `builds-on: "1.1"`, `builds-on: "9"`, `"9" is not allowed: want one of 1.0, 1.1, draft`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := proposal.Parse("small.yaml", []byte(strings.Replace(small, c.old, c.new, 1)))
			if c.want == "" {
				return // the blob in it has the nonce
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

// A file cannot reach out of its repositories, and cannot read or grow without limit.
func TestHostileFiles(t *testing.T) {
	bomb := "x: &a [1, 1]\ny: &b [*a, *a]\n"
	for name, c := range map[string]struct{ old, new string }{
		"a path to another repository":       {"GET things/${image.digest}", "GET ../other/things"},
		"a path in another spelling":         {"GET things/${image.digest}", "GET things/%2e%2e/%2e%2e/other"},
		"a slash in another spelling":        {"GET things/${image.digest}", "GET things%2f..%2fother"},
		"an absolute path":                   {"GET things/${image.digest}", "GET /v2/_catalog"},
		"another host":                       {"GET things/${image.digest}", "GET http://example.org/"},
		"a query in the path":                {"GET things/${image.digest}", "GET things?from=other"},
		"a mount from another repository":    {`{request: "GET things/${image.digest}"}`, `{request: "POST blobs/uploads/", query: {from: other, mount: "${image.digest}"}}`},
		"a tag of somebody else":             {"{push: thing}", "{push: thing, tag: latest}"},
		"a tag parameter of somebody else":   {`{request: "GET things/${image.digest}"}`, `{request: "PUT manifests/${thing.digest}", body: thing, query: {tag: latest}}`},
		"a login":                            {`{request: "GET things/${image.digest}"}`, `{request: "GET things/${image.digest}", header: {Authorization: Basic eA==}}`},
		"a method that is none":              {"GET things/${image.digest}", "CONNECT things"},
		"an alias":                           {"name: small\n", "name: small\n" + bomb},
		"a file":                             {"about ${nonce}", "about ${file('/etc/passwd')}"},
		"the environment":                    {"about ${nonce}", "about ${env('HOME')}"},
		"a text that grows by replacing":     {"about ${nonce}", "about ${nonce.replace('a', 'aaaa')}"},
		"an expression that is too long":     {"about ${nonce}", "about ${" + strings.Repeat("1+", 1500) + "1}"},
		"an expression that is nested":       {"about ${nonce}", "about ${" + strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200) + "}"},
		"an endpoint that leaves":            {"things/{digest}", "../{digest}"},
		"a key of a list that counts itself": {"about ${nonce}", "about ${[1,2,3,4,5,6,7,8,9,10].map(a, [1,2,3,4,5,6,7,8,9,10].map(b, [1,2,3,4,5,6,7,8,9,10].map(c, [1,2,3,4,5,6,7,8,9,10].map(d, [1,2,3,4,5,6,7,8,9,10].map(e, [1,2,3,4,5,6,7,8,9,10].map(f, nonce))))))}"},
		"more copies than are allowed":       {"{push: thing}", "{push: thing, copies: 1000}"},
		"many times many copies": {"exchanges: [{push: thing}", `each: [a, b, c]
    exchanges: [{push: thing, copies: 30}`},
		"a repository of somebody else":            {`{request: "GET things/${image.digest}"}`, `{request: "GET things/${image.digest}", repository: other}`},
		"a push to a repository that is not there": {`{request: "GET things/${image.digest}"}`, `{request: "PUT manifests/${thing.digest}", body: thing, repository: missing}`},
		"more steps than are allowed":              {"{push: thing}, ", strings.Repeat("{push: thing}, ", 30)},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(small, c.old, c.new, 1)
			if changed == small {
				t.Fatal("nothing was replaced")
			}
			if _, err := proposal.Parse("hostile.yaml", []byte(changed)); err == nil {
				t.Error("it is accepted")
			} else if !strings.HasPrefix(err.Error(), "hostile.yaml:") {
				t.Errorf("the error has no place: %v", err)
			}
		})
	}
	if _, err := proposal.Parse("long.yaml", []byte(small+strings.Repeat("# more\n", 40_000))); err == nil {
		t.Error("a long file is accepted")
	}
}

// What only shows when a request is sent is checked again then.
func TestRequestsStayInside(t *testing.T) {
	own := []string{"0123456789abcdef"}
	for _, c := range []struct {
		method, path string
		allowed      bool
	}{
		{"GET", "referrers/sha256:ab", true}, {"GET", "tags/list", true}, {"GET", "../x", false}, {"GET", "a/../../x", false},
		{"GET", "a/%2e%2E/x", false}, {"GET", "a/%252e%252e/x", false}, {"GET", "a%2Fb", false}, {"GET", "/a", false}, {"GET", "a?b", false}, {"GET", "a//b", false},
		{"GET", "a\r\nHost: x", false}, {"GET", "", false}, {"GET", `a\..\b`, false},
		{"DELETE", "manifests/latest", false}, {"DELETE", "manifests/sha256:0123456789abcdef", true}, {"PUT", "manifests/assay-0123456789abcdef", true},
		{"POST", "blobs/uploads/", true}, {"PATCH", "blobs/uploads/of-others", false},
	} {
		if err := proposal.CheckPath(c.method, c.path, own); (err == nil) != c.allowed {
			t.Errorf("%s %q: %v", c.method, c.path, err)
		}
	}
}

// An expression over a large answer ends soon, with an error.
func TestExpressionsAreBounded(t *testing.T) {
	p, err := proposal.Parse("small.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.Make(context.Background(), proposal.Base{Nonce: "n", Image: fixtures.NewImage("n"), Arm64: func() fixtures.Manifest { return fixtures.NewImage("m") }})
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&list, "%d,", i)
	}
	made.Env["answer"] = proposal.Response{Body: proposal.JSON([]byte("[" + list.String() + "0]"))}
	holds, why := p.Holds(context.Background(), "answer.body.all(a, answer.body.all(b, answer.body.all(c, a + b + c >= 0)))", made.Env, nil)
	if holds || !strings.Contains(why, "too many steps") {
		t.Errorf("holds %v: %s", holds, why)
	}
}
