package pull

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	. "assay/conformance/matchers"
	require "assay/conformance/requirements"
	. "assay/conformance/spec"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// texts are texts that a proxy in front of a registry may change in a response: some
// replace host names, addresses, secrets or mark-up, or write characters in another way.
func texts(ctx context.Context) map[string]string {
	host := suite.Repo(ctx).URL("/").Host
	return map[string]string{
		"an http URL":                "http://assay.example/a?b=c&d=%2F#e",
		"an https URL":               "https://assay.example:443/",
		"the registry's own URL":     "http://" + host + "/v2/ and https://" + host + "/v2/",
		"the address of this host":   "localhost, 127.0.0.1:5000, [::1]",
		"an e-mail address":          "assay@assay.example",
		"HTML":                       "<!doctype html><html><head></head><body><!-- a --><script>a()</script></body></html>",
		"entities":                   "&amp; &lt; &#38; &quot;",
		"placeholders":               "${HOME} $(a) {{ .a }} <%= a %> %00 %s",
		"what looks like a secret":   "password=assay token: Bearer YXNzYXk= 4111 1111 1111 1111",
		"letters beyond ASCII":       "\u00e9 e\u0301 \u4e2d\u6587 \u202e \u2028 \ufeff \U0001f433",
		"line ends and white space":  " a\r\n b\n\n\tc ",
		"quotes and backslashes":     `"a" 'b' \c \\d \u0041 /e/`,
		"what looks like a document": `{"schemaVersion": 2, "tags": null}`,
		"a long text":                strings.Repeat("assay ", 1000),
		"an empty text":              "",
	}
}

// unescaped writes the characters of HTML as they are. Go writes them as escapes, which
// would hide them from a proxy.
var unescaped = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// withTexts is an image whose annotations are the texts, by title.
func withTexts(texts map[string]string) fixtures.Manifest {
	image := fixtures.NewImage(suite.Nonce()).Edit(func(doc map[string]any) {
		annotations := doc["annotations"].(map[string]any)
		for title, text := range texts {
			annotations["org.example."+strings.ReplaceAll(title, " ", "-")] = text
		}
	})
	image.Data = []byte(unescaped.Replace(string(image.Data)))
	return image.With(digest.SHA256)
}

// changedTexts are the titles of the texts that are not in the body.
func changedTexts(body []byte, texts map[string]string) []string {
	var doc struct {
		Annotations map[string]string `json:"annotations"`
	}
	_ = json.Unmarshal(body, &doc) // a body that is not JSON has no texts
	return slices.DeleteFunc(slices.Sorted(maps.Keys(texts)), func(title string) bool {
		text, there := doc.Annotations["org.example."+strings.ReplaceAll(title, " ", "-")]
		return there && text == texts[title]
	})
}

var _ = Describe("Pulling content with texts that a proxy might change", func() {
	It("returns the manifest that was pushed", require.PullManifestGetBytes, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo, tag, all := suite.Repo(ctx), suite.Tag(), texts(ctx)
		image := withTexts(all)
		repo.PushTagged(ctx, tag, image)
		for _, pull := range suite.AtOnce(ctx,
			func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, tag) },
			func(ctx context.Context) *wire.Exchange { return repo.GetManifest(ctx, image.Digest.String()) }) {
			suite.Must(pull, require.PullManifestGetStatus)
			if !pull.Is(image.Data) {
				repo.ControlTag(ctx)
				repo.ControlManifest(ctx)
			}
			Expect(pull).To(Check(fmt.Sprintf("body of %d bytes (%s)", len(image.Data), image.Digest), func(ex *wire.Exchange) (string, bool) {
				received := fmt.Sprintf("body of %d bytes (%s)", ex.BodySize, ex.BodyDigest)
				if changed := changedTexts(ex.Body, all); len(changed) > 0 && len(changed) < len(all) {
					received += ", in which these texts are changed: " + strings.Join(changed, ", ")
				}
				return received, ex.Is(image.Data)
			}))
		}
	})
	It("returns the blob that was pushed", require.PullBlobGetBytes, func(ctx SpecContext) {
		suite.NeedPushed(ctx)
		repo := suite.Repo(ctx)
		var lines []string
		for title, text := range texts(ctx) {
			lines = append(lines, title+": "+text)
		}
		slices.Sort(lines)
		for _, text := range []string{
			"<!doctype html>\n" + strings.Join(lines, "\n") + "\n" + suite.Nonce(),
			// Some proxies change only short texts, or only JSON.
			suite.Nonce() + " a short text\n\twith lines\r\n and an end\n",
			"{ \"b\" : [1.0, \"\\u00e9\"],\n\t\"a\": \"" + suite.Nonce() + "\" }\n",
		} {
			blob := fixtures.BlobOf([]byte(text))
			repo.PushBlob(ctx, blob)
			pull := suite.Must(repo.GetBlob(ctx, blob.Digest.String()), require.PullBlobGetStatus)
			if !pull.Is(blob.Data) {
				repo.ControlBlob(ctx)
			}
			Expect(pull).To(HaveBody(blob.Data))
		}
	})
})
