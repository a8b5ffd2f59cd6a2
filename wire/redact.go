package wire

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"assay/wire/secrets"
)

// Redacted is the text that replaces a secret.
const Redacted = secrets.Redacted

var (
	// secretHeaders hold credentials whole.
	secretHeaders = regexp.MustCompile(`(?i)^((proxy-)?authorization|(set-)?cookie2?|x-registry-auth|.*(token|secret|password|api-?key))$`)
	// referenceHeaders hold addresses, which may be relative.
	referenceHeaders = regexp.MustCompile(`(?i)^(location|content-location|link|refresh)$`)

	// secretNames are the query parameters that hold credentials or
	// signatures, also those of signed URLs of object stores and of their
	// networks for delivery.
	secretNames = regexp.MustCompile(`(?i)^(access_?token|refresh_?token|id_?token|token|jwt|password|passwd|pwd|secret|client_?secret|api_?key|auth|authorization|credential|sig|sign|signature|q-signature|verify|policy|key-pair-id|awsaccesskeyid|googleaccessid|(x-)?(amz|goog|oss|cos|ms|obs)-(signature|credential|security-token|token)|ossaccesskeyid|security-token|se|sp|spr|skoid|sktid|ske|sks|skv)$`)
	queryPair   = regexp.MustCompile(`([^?&=#\s"'<>;\\]+)=((?:[^&#\s"'<>\\]|\\/)*)`)

	// In JSON a slash may be written \/.
	textURL  = regexp.MustCompile(`(?i)https?:(?:\\?/){2}[^\s"'<>]+`)
	userInfo = regexp.MustCompile(`(?i)^((?:https?:)?(?:\\?/){2})[^\s/?#"<>]*@`)

	jsonSecret = regexp.MustCompile(`(?i)("(?:access_?token|refresh_?token|id_?token|identity_?token|registry_?token|session_?token|token|jwt|password|passwd|pwd|secret|client_?secret|secret_?(?:access_?)?key|api_?key|private_?key|auth|authorization)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	formSecret = regexp.MustCompile(`(?i)\b(access_token|refresh_token|id_token|token|password|passwd|secret|client_secret|api_key|sig|x-(?:amz|goog)-(?:signature|credential|security-token))=[^&\s"'<>\\]+`)
	credential = regexp.MustCompile(`(?i)\b(bearer|basic)(\s+)([A-Za-z0-9._~+/=-]{8,})`)
	// word is what follows "Basic" or "Bearer" in prose and in challenges,
	// such as "authentication", "error_description=" or "realm=https".
	word = regexp.MustCompile(`^[A-Za-z][a-z_]{0,19}(\.|=|=[^=].*)?$`)
)

// RedactHeader returns a copy of h without secrets; addresses in it lose
// theirs.
func RedactHeader(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			switch {
			case secretHeaders.MatchString(name):
				v = Redacted
			case referenceHeaders.MatchString(name):
				v = redactReferences(v)
			default:
				v = RedactText(v)
			}
			out[name] = append(out[name], v)
		}
	}
	return out
}

// RedactURL returns u as text, without its password and the values of secret query
// parameters.
func RedactURL(u *url.URL) string {
	if u == nil {
		return ""
	}
	clean := *u
	if clean.User != nil {
		clean.User = url.User(Redacted)
	}
	return redactAddress(clean.String())
}

// redactAddress takes the secrets out of one URL reference.
func redactAddress(s string) string {
	s = userInfo.ReplaceAllString(s, "${1}"+Redacted+"@")
	if i := strings.IndexAny(s, "?#"); i >= 0 {
		return s[:i] + redactPairs(s[i:])
	}
	return s
}

// redactReferences takes the secrets out of a header that holds URL
// references: one, or several in angle brackets, as Link does.
func redactReferences(v string) string {
	parts := strings.SplitAfter(v, "<")
	for i, part := range parts {
		parts[i] = userInfo.ReplaceAllString(part, "${1}"+Redacted+"@")
	}
	return RedactText(redactPairs(strings.Join(parts, "")))
}

// redactPairs blanks the values of the parameters that are secret, also when
// JSON or HTML has written the ampersands as \u0026 or &amp;.
func redactPairs(s string) string {
	return queryPair.ReplaceAllStringFunc(s, func(pair string) string {
		name, value, _ := strings.Cut(pair, "=")
		if secretNames.MatchString(unescape(strings.TrimPrefix(name, "u0026"))) {
			return name + "=" + Redacted
		}
		// An address may be the value of a parameter of another.
		if plain := unescape(value); plain != value && RedactText(plain) != plain {
			return name + "=" + Redacted
		}
		return pair
	})
}

func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// mayHoldSecret says whether one of RedactText's patterns could match. Most texts are digests,
// media types and paths, and there are tens of thousands in a run.
func mayHoldSecret(s string) bool {
	if strings.ContainsAny(s, `="\\`) || strings.Contains(s, "://") {
		return true
	}
	s = strings.ToLower(s)
	return strings.Contains(s, "basic") || strings.Contains(s, "bearer")
}

// RedactText takes secrets out of running text or a body: addresses lose
// theirs, JSON and form fields that hold credentials are blanked.
func RedactText(s string) string {
	if !mayHoldSecret(s) {
		return s
	}
	s = textURL.ReplaceAllStringFunc(s, redactAddress)
	s = jsonSecret.ReplaceAllString(s, `$1"`+Redacted+`"`)
	s = formSecret.ReplaceAllString(s, "$1="+Redacted)
	return credential.ReplaceAllStringFunc(s, func(m string) string {
		parts := credential.FindStringSubmatch(m)
		if word.MatchString(parts[3]) {
			return m
		}
		return parts[1] + parts[2] + Redacted
	})
}
