package behaviour

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// echo answers 200 and repeats the request.
var echo = http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "text/plain")
	body, _ := io.ReadAll(req.Body)
	_, _ = io.WriteString(w, req.Method+" "+req.URL.RequestURI()+" "+string(body))
})

// answerOf is the answer that a client receives through the middleware.
func answerOf(m Middleware, method, target, body string) *httptest.ResponseRecorder {
	out := httptest.NewRecorder()
	m(echo).ServeHTTP(out, httptest.NewRequest(method, target, strings.NewReader(body)))
	return out
}

func TestWhatDoesNotMatchIsLeftAlone(t *testing.T) {
	for name, m := range map[string]Middleware{
		"OnAnswer":  OnAnswer(PutManifest, Status(500)),
		"OnRequest": OnRequest(PutManifest, SetPath("/other")),
		"Instead":   Instead(PutManifest, Status(500)),
	} {
		if got := answerOf(m, "GET", "/v2/a/manifests/v1", ""); got.Code != 200 || got.Body.String() != "GET /v2/a/manifests/v1 " {
			t.Errorf("%s: a GET is answered %d %q", name, got.Code, got.Body)
		}
	}
}

func TestOnAnswerChangesInTurn(t *testing.T) {
	got := answerOf(OnAnswer(GetManifest, OK(Status(404)), On(404, Set("X-Found", "no")), Refused(Body(Nothing))), "GET", "/v2/a/manifests/v1", "")
	if got.Code != 404 || got.Header().Get("X-Found") != "no" || got.Body.Len() != 0 || got.Header().Get("Content-Length") != "0" {
		t.Errorf("got %d %v %q", got.Code, got.Header(), got.Body)
	}
}

func TestOnRequestChangesWhatTheRegistryGets(t *testing.T) {
	got := answerOf(OnRequest(PutUpload, DelParameters("digest"), SetBody([]byte("other"))), "PUT", "/v2/a/blobs/uploads/1?digest=x&y=z", "content")
	if want := "PUT /v2/a/blobs/uploads/1?y=z other"; got.Body.String() != want {
		t.Errorf("the registry got %q, want %q", got.Body, want)
	}
}

func TestInsteadDoesNotAsk(t *testing.T) {
	got := answerOf(Instead(DeleteTag, Refuse(405, "UNSUPPORTED")), "DELETE", "/v2/a/manifests/v1", "")
	if want := `{"errors":[{"code":"UNSUPPORTED","message":"no"}]}`; got.Code != 405 || got.Body.String() != want {
		t.Errorf("got %d %q, want 405 %q", got.Code, got.Body, want)
	}
}

func TestChainPutsTheFirstInFront(t *testing.T) {
	got := answerOf(Chain(OnAnswer(Always, Set("X-Last", "first")), OnAnswer(Always, Set("X-Last", "second"))), "GET", "/v2/", "")
	if got := got.Header().Get("X-Last"); got != "first" {
		t.Errorf("the %s changed the answer last", got)
	}
}

func TestLengthsFollowTheBody(t *testing.T) {
	for _, c := range []struct {
		method string
		change Change
		want   string
	}{
		{"GET", Body(CutLast), "22"},
		{"GET", Set("Content-Length", "7"), "23"}, // net/http would refuse to send fewer bytes
		{"HEAD", Set("Content-Length", "7"), "7"},
		{"HEAD", Del("Content-Length"), "24"},
		{"GET", Status(204), ""},
	} {
		got := answerOf(OnAnswer(Always, c.change), c.method, "/v2/a/manifests/v1", "")
		if length := got.Header().Get("Content-Length"); length != c.want {
			t.Errorf("%s: Content-Length is %q, want %q", c.method, length, c.want)
		}
	}
}

func TestEditJSONLeavesBytesThatItDoesNotEdit(t *testing.T) {
	const document = "{ \"b\": 1,\n\"a\": 2 }"
	for name, want := range map[string]string{"c": document, "b": `{"a":2}`} {
		a := &Answer{Body: []byte(document)}
		EditJSON(Drop(name))(a)
		if string(a.Body) != want {
			t.Errorf("without %s it is %q, want %q", name, a.Body, want)
		}
	}
}

func TestTakingServesWhatTheRegistryRefuses(t *testing.T) {
	refusing := Instead(Always, Refuse(404, "MANIFEST_UNKNOWN"))
	m := Chain(Taking(NameLike(`^\.`)), refusing)(echo)
	for _, c := range []struct {
		method, name string
		want         int
	}{
		{"PUT", "v1", 404}, {"GET", "v1", 404},
		{"PUT", ".v1", 201}, {"GET", ".v1", 200}, {"DELETE", ".v1", 202}, {"GET", ".v1", 404},
	} {
		out := httptest.NewRecorder()
		m.ServeHTTP(out, httptest.NewRequest(c.method, ManifestPath("a", c.name), strings.NewReader("content")))
		if out.Code != c.want {
			t.Errorf("%s %s is answered %d, want %d", c.method, c.name, out.Code, c.want)
		}
		if c.method == "GET" && c.want == 200 && out.Body.String() != "content" {
			t.Errorf("GET %s gives %q", c.name, out.Body)
		}
	}
}
