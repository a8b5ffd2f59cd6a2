package wire

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Redacted stands where a secret was.
const Redacted = "REDACTED"

// secretHeaders hold credentials whole.
var secretHeaders = map[string]bool{
	"Authorization": true, "Proxy-Authorization": true, "Cookie": true, "Set-Cookie": true,
	"X-Auth-Token": true, "X-Registry-Auth": true, "X-Amz-Security-Token": true,
}

// secretNames matches query parameters, form fields and JSON fields that hold
// credentials or signatures, also those of signed URLs of object stores.
var secretNames = regexp.MustCompile(`(?i)^(access_?token|refresh_?token|id_?token|token|password|passwd|pwd|secret|client_secret|api_?key|auth|authorization|credential|sig|signature|policy|key-pair-id|awsaccesskeyid|googleaccessid|(x-)?(amz|goog|oss|cos|ms|obs)-(signature|credential|security-token|token)|ossaccesskeyid|security-token|se|sp|spr|skoid|sktid|ske|sks|skv)$`)

var (
	jsonSecret  = regexp.MustCompile(`(?i)("(?:access_?token|refresh_?token|id_?token|token|password|secret|client_secret|identitytoken|registrytoken|auth)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	textBearer  = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}`)
	textURL     = regexp.MustCompile(`https?://[^\s"'<>]+`)
	formSecrets = regexp.MustCompile(`(?i)\b(access_token|refresh_token|password|client_secret)=[^&\s"]+`)
)

// RedactHeader returns a copy of h without secrets; addresses in it lose
// theirs.
func RedactHeader(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			switch {
			case secretHeaders[http.CanonicalHeaderKey(name)]:
				v = Redacted
			case name == "Location" || name == "Link" || name == "Content-Location" || name == "Refresh":
				v = redactReferences(v)
			default:
				v = RedactText(v)
			}
			out[name] = append(out[name], v)
		}
	}
	return out
}

// RedactURL is u as text, without a password and without the values of query
// parameters that are secret.
func RedactURL(u *url.URL) string {
	if u == nil {
		return ""
	}
	clean := *u
	if clean.User != nil {
		clean.User = url.User(Redacted)
	}
	clean.RawQuery = redactQuery(clean.RawQuery)
	return clean.String()
}

func redactQuery(raw string) string {
	if raw == "" {
		return raw
	}
	pairs := strings.Split(raw, "&")
	for i, pair := range pairs {
		name, _, found := strings.Cut(pair, "=")
		plain, err := url.QueryUnescape(name)
		if err != nil {
			plain = name
		}
		if found && secretNames.MatchString(plain) {
			pairs[i] = name + "=" + Redacted
		}
	}
	return strings.Join(pairs, "&")
}

// redactReferences takes the secrets out of a header that holds one URL
// reference, or, as Link does, several in angle brackets.
func redactReferences(v string) string {
	before, query, found := strings.Cut(v, "?")
	if !found {
		return RedactText(v)
	}
	query, tail, _ := strings.Cut(query, ">")
	if tail != "" || strings.HasSuffix(v, ">") {
		tail = ">" + tail
	}
	return RedactText(before) + "?" + redactQuery(query) + RedactText(tail)
}

// RedactText takes secrets out of running text or a body: addresses lose
// theirs, JSON and form fields that hold credentials are blanked.
func RedactText(s string) string {
	s = textURL.ReplaceAllStringFunc(s, func(m string) string {
		u, err := url.Parse(m)
		if err != nil {
			return m
		}
		return RedactURL(u)
	})
	s = jsonSecret.ReplaceAllString(s, `$1"`+Redacted+`"`)
	s = formSecrets.ReplaceAllString(s, "$1="+Redacted)
	return textBearer.ReplaceAllString(s, "$1 "+Redacted)
}
