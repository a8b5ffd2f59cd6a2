package wire_test

import (
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"oras.land/oras-go/v2/registry/remote/auth"

	"assay/fixtures"
	"assay/wire"
)

// shellWords are the command's words as a shell sees them, curl itself left
// out; the variables have the values that a user would give them.
func shellWords(t testing.TB, command string) []string {
	t.Helper()
	rest, found := strings.CutPrefix(command, "curl ")
	if !found {
		t.Fatalf("%q is not curl", command)
	}
	// A NUL ends each word, so that no word can end itself.
	cmd := exec.Command("sh", "-c", `printf '%s\0' `+rest)
	cmd.Env = []string{"ASSAY_USERNAME=alice", "ASSAY_PASSWORD=open sesame", "TOKEN=to ken"}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("sh: %v: %s", err, command)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestCurl(t *testing.T) {
	const target = "http://registry.example:5000"
	put := func(body string, header ...string) *wire.Exchange {
		return &wire.Exchange{
			Method: http.MethodPut, URL: parse(t, target+"/v2/a/manifests/v1"),
			Request: wire.Sent{Header: headers(header...), Body: []byte(body), Size: int64(len(body))},
		}
	}
	get := func(address string, header ...string) *wire.Exchange {
		return &wire.Exchange{Method: http.MethodGet, URL: parse(t, address), Request: wire.Sent{Header: headers(header...)}}
	}
	with := func(ex *wire.Exchange, change func(*wire.Exchange)) *wire.Exchange { change(ex); return ex }
	for name, test := range map[string]struct {
		ex   *wire.Exchange
		want []string // after -sS
	}{
		"a GET": {get(target+"/v2/", "Accept", "a/b, c/d"), []string{"-i", target + "/v2/", "-H", "Accept: a/b, c/d"}},
		"a HEAD": {with(get(target+"/v2/"), func(ex *wire.Exchange) { ex.Method = http.MethodHead }),
			[]string{"-I", target + "/v2/"}},
		"a DELETE": {with(get(target+"/v2/x"), func(ex *wire.Exchange) { ex.Method = http.MethodDelete }),
			[]string{"-i", "-X", "DELETE", target + "/v2/x"}},
		"a POST without a body": {with(get(target+"/v2/x?mount=a&from=b"), func(ex *wire.Exchange) { ex.Method = http.MethodPost }),
			[]string{"-i", "-X", "POST", target + "/v2/x?mount=a&from=b", "-H", "Content-Type:", "-d", ""}},
		"a PUT": {put(`{"a":"b"}`, "Content-Type", "a/b", "Content-Range", "0-1"),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Range: 0-1", "-H", "Content-Type: a/b", "--data-binary", `{"a":"b"}`}},
		"a PUT without a type": {put("a"), []string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Type:", "--data-binary", "a"}},
		"quotes and more": {put("it's\n`a` \"b\" $HOME $(exit 1) \\ ! # ; & | 'x'\t\r\n", "X-A", "b'c"),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "X-A: b'c", "-H", "Content-Type:", "--data-binary",
				"it's\n`a` \"b\" $HOME $(exit 1) \\ ! # ; & | 'x'\t\r\n"}},
		"a body that looks like a file": {put("@/etc/passwd", "Content-Type", "a/b"),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Type: a/b", "--data-raw", "@/etc/passwd"}},
		"no length": {with(put("a", "Content-Type", "a/b"), func(ex *wire.Exchange) { ex.Request.Size = -1 }),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Type: a/b", "-H", "Transfer-Encoding: chunked", "--data-binary", "a"}},
		"no length and nothing": {with(put("", "Content-Type", "a/b"), func(ex *wire.Exchange) { ex.Request.Size = -1 }),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Type: a/b", "-H", "Transfer-Encoding: chunked", "--data-binary", ""}},
		"a long body": {put(strings.Repeat("a", 5000), "Content-Type", "a/b"),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Type: a/b", "--data-binary", "@body"}},
		"a body that is no text": {put("\xff\xfe", "Content-Type", "a/b"),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Type: a/b", "--data-binary", "@body"}},
		"a body that no shell holds": {put("a\x00b", "Content-Type", "a/b"),
			[]string{"-i", "-X", "PUT", target + "/v2/a/manifests/v1", "-H", "Content-Type: a/b", "--data-binary", "@body"}},
		"brackets": {get("http://[::1]:5000/x?a[]={b}"), []string{"-i", "-g", "http://[::1]:5000/x?a[]={b}"}},
		"dots":     {get(target + "/v2/a/../b"), []string{"-i", "--path-as-is", target + "/v2/a/../b"}},
		"secrets": {get("http://alice:opensesame@r/x?X-Amz-Signature=opensesame&_state=a", "Cookie", "opensesame", "Authorization", "Negotiate opensesame"),
			[]string{"-i", "http://REDACTED@r/x?X-Amz-Signature=REDACTED&_state=a", "-H", "Authorization: REDACTED", "-H", "Cookie: REDACTED"}},
		"Basic": {with(get(target+"/v2/"), func(ex *wire.Exchange) { ex.Request.Auth = "Basic" }),
			[]string{"-i", target + "/v2/", "-u", "alice:open sesame"}},
		"Bearer": {with(get(target+"/v2/", "Authorization", "Bearer opensesame"), func(ex *wire.Exchange) { ex.Request.Auth = "Bearer" }),
			[]string{"-i", target + "/v2/", "-H", "Authorization: Bearer to ken"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := gomega.NewWithT(t)
			command := test.ex.Curl()
			g.Expect(shellWords(t, command)).To(gomega.Equal(append([]string{"-sS"}, test.want...)), command)
			g.Expect(wire.RedactText(command)).To(gomega.Equal(command), "the command can be shown as it is")
			if !strings.Contains(string(test.ex.Request.Body), "\n") {
				g.Expect(command).NotTo(gomega.ContainSubstring("\n"))
			}
		})
	}
}

// TestCurlOfWhatWasSent has the commands of whole exchanges.
func TestCurlOfWhatWasSent(t *testing.T) {
	g := gomega.NewWithT(t)
	service := tokenService(t, nil)
	registry := serve(t, service.protect(func(http.ResponseWriter, *http.Request) {}))
	ex := connect(t, registry.URL, login(strings.TrimPrefix(registry.URL, "http://"))).Repository("a").StartUpload(t.Context())
	succeeded(g, ex)
	g.Expect(ex.Curl()).To(gomega.Equal(
		"curl -sS -i -X POST '" + registry.URL + `/v2/a/blobs/uploads/' -H "Authorization: Bearer $TOKEN" -H 'Content-Type:' -d ''`))

	s := serve(t, basic(func(http.ResponseWriter, *http.Request) {}))
	repo := connect(t, s.URL, func(o *wire.Options) {
		o.Credential = auth.StaticCredential(strings.TrimPrefix(s.URL, "http://"), auth.Credential{Username: "alice", Password: "opensesame"})
	}).Repository("a")
	g.Expect(repo.GetBlob(t.Context(), sha).Curl()).To(gomega.Equal(
		"curl -sS -i '" + s.URL + "/v2/a/blobs/" + sha + `' -u "$ASSAY_USERNAME:$ASSAY_PASSWORD"`))
	g.Expect(repo.GetBlob(t.Context(), sha, wire.Anonymous()).Curl()).To(gomega.Equal("curl -sS -i '" + s.URL + "/v2/a/blobs/" + sha + "'"))
	stream := wire.WithStream(10, func() io.Reader { return fixtures.Stream("a", 10) })
	g.Expect(repo.Raw(t.Context(), "end-5", "PATCH", "up", stream).Curl()).To(gomega.HaveSuffix("--data-binary @body # of 10 bytes"))
	endless := wire.WithStream(-1, func() io.Reader { return fixtures.Stream("a", 10) })
	g.Expect(repo.Raw(t.Context(), "end-5", "PATCH", "up", endless).Curl()).To(gomega.HaveSuffix("-H 'Transfer-Encoding: chunked' --data-binary @body # as it was streamed"))
}

// TestCurlRepeatsTheRequest runs the commands, where there is a curl.
func TestCurlRepeatsTheRequest(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
	g := gomega.NewWithT(t)
	s := serve(t, nil)
	repo := connect(t, s.URL, func(o *wire.Options) { o.UserAgent = "assay" }).Repository("a/../b")
	for i, ex := range []*wire.Exchange{
		repo.GetManifest(t.Context(), "v1"),
		repo.StartUpload(t.Context(), wire.WithQuery("a[]", "{b}")),
		repo.Mount(t.Context(), sha, "b"),
		repo.PatchUpload(t.Context(), parse(t, s.URL+"/up?_state=a%2Fb"), "0-10", []byte("it's\n@\"b\"\\")),
		repo.PutUpload(t.Context(), parse(t, s.URL+"/up?_state=a%2Fb"), sha, nil),
		repo.PutManifest(t.Context(), "v1", imageType, []byte("@x"), wire.WithoutLength()),
		repo.PutManifest(t.Context(), "v1", imageType, []byte("{}"), wire.WithoutHeader("Content-Type")),
		repo.DeleteManifest(t.Context(), "v1"),
	} {
		succeeded(g, ex)
		want := s.Seen()[i]
		g.Expect(exec.Command("sh", "-c", ex.Curl()+" -A assay").Run()).To(gomega.Succeed(), ex.Curl())
		got := s.Seen()[len(s.Seen())-1]
		if want.Header.Get("Accept") == "" {
			want.Header.Set("Accept", "*/*") // what curl says when nothing is said
		}
		g.Expect(got).To(gomega.Equal(want), ex.Curl())
	}
}
