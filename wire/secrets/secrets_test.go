package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
)

const secret = "hunter2/ü&Ω+\"x"

func escaped(format string, text string) string {
	var out strings.Builder
	for _, c := range text {
		fmt.Fprintf(&out, format, c)
	}
	return out.String()
}

// Every form in which a registry may send the secret back is taken out, with what
// stands around it left as it is.
func TestScrub(t *testing.T) {
	inJSON, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	var percent strings.Builder
	for _, c := range []byte(secret) {
		fmt.Fprintf(&percent, "%%%02x", c)
	}
	for name, text := range map[string]string{
		"plain":                   secret,
		"JSON":                    string(inJSON[1 : len(inJSON)-1]),
		"JSON, every character":   escaped(`\u%04x`, secret),
		"JSON, some characters":   `hun\u0074er2\/ü&Ω+\"x`,
		"JSON in JSON":            strings.ReplaceAll(escaped(`\u%04x`, secret), `\`, `\\`),
		"query":                   url.QueryEscape(secret),
		"path":                    url.PathEscape(secret),
		"percent":                 percent.String(),
		"percent twice":           strings.ReplaceAll(percent.String(), "%", "%25"),
		"HTML":                    html.EscapeString(secret),
		"HTML, by number":         escaped("&#%d;", secret),
		"percent in JSON":         strings.ReplaceAll(url.QueryEscape(secret), "%", `\u0025`),
		"hexadecimal":             hex.EncodeToString([]byte(secret)),
		"hexadecimal, upper case": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := Of(secret).Scrub("a ("+text+") b ("+text+") c"), "a ("+Redacted+") b ("+Redacted+") c"; got != want {
				t.Errorf("%s: got %s", text, got)
			}
		})
	}
}

// In base64 nothing is left of the secret, whatever stands before and behind it.
func TestScrubBase64(t *testing.T) {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		for _, before := range []string{"", "u", "us", "use", "user:"} {
			for _, behind := range []string{"", ",", ",1", ",12"} {
				coded := encoding.EncodeToString([]byte(before + secret + behind))
				got := Of(secret).Scrub("<" + coded + ">")
				if !strings.HasPrefix(got, "<") || !strings.HasSuffix(got, ">") || !strings.Contains(got, Redacted) {
					t.Fatalf("%s: got %s", coded, got)
				}
				left := strings.ReplaceAll(strings.Trim(got, "<>"), Redacted, "")
				if most := encoding.EncodedLen(len(before)+len(behind)) + 2; len(left) > most {
					t.Errorf("%s: %s is left", coded, left)
				}
			}
		}
	}
}

func TestScrubLeavesTheRest(t *testing.T) {
	set := Of("", "abc", "longer secret")
	for text, want := range map[string]string{
		"":                        "",
		"abcdef xabc abc":         "abcdef xabc " + Redacted,
		"100%, 5 % and \\ and &;": "100%, 5 % and \\ and &;",
		"%zz \\u12 &nothing;":     "%zz \\u12 &nothing;",
		"the end is longer sec":   "the end is " + Redacted,
		"the end is long":         "the end is long",
	} {
		if got := set.Scrub(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got := new(Set).Scrub(secret); got != secret {
		t.Errorf("got %q", got)
	}
}

func FuzzScrub(f *testing.F) {
	f.Add("a %68unter2 \\u0068 &#104;")
	set := Of("hunter2", "user:hunter2")
	f.Fuzz(func(t *testing.T, text string) {
		if got := set.Scrub(text); strings.Contains(got, "hunter2") {
			t.Errorf("%q: got %q", text, got)
		}
	})
}
