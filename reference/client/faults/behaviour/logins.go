package behaviour

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"assay/reference/client"
	"assay/wire"
)

// Unanswered does not answer challenges that match: it takes the 401 as the answer.
func Unanswered(matches func(challenges []string) bool) Change {
	return Handle(Any, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		first := *req
		first.Anonymous, first.Sink = true, nil
		if ex := next(ctx, &first); ex.Status == http.StatusUnauthorized && matches(ex.Header.Values("Www-Authenticate")) {
			return ex
		}
		return next(ctx, req)
	})
}

// Login is a login that the client does by itself.
type Login struct {
	// Renews asks for a new token when one is refused, and for one for each scope.
	Renews bool
	// Scope makes the scope of the one in the challenge.
	Scope func(string) string
	// Field is the field of the token service's answer that has the token.
	Field string
	// Redirected sends the login to another host if a redirect leads there.
	Redirected bool
	// Located sends the login to another host if the Location of an upload is there.
	Located bool
	// Again is how often a refused login is tried again.
	Again int
}

// LogsIn sends the matching requests with a login as described.
func LogsIn(w When, how Login) Change {
	return handle(func(step client.Step) (When, handler) {
		l := &login{Login: how, step: step}
		return w, l.send
	})
}

type login struct {
	Login
	step   client.Step
	tokens noted[string]
}

// send sends the request with the Authorization that the registry asked for before, and
// asks for another one if it is refused.
func (l *login) send(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
	if req.URL.Host != l.step.Registry && !l.Located {
		return next(ctx, req)
	}
	key := ""
	if l.Renews {
		key = strings.Join(req.Scopes, " ")
	}
	authorization, have := l.tokens.get(key)
	ex := l.try(ctx, next, req, authorization)
	for tries := 0; ex.Status == http.StatusUnauthorized && (l.Renews || !have) && tries <= l.Again; tries++ {
		authorization = l.answer(ctx, next, ex)
		if authorization == "" {
			return ex
		}
		l.tokens.put(key, authorization)
		ex = l.try(ctx, next, req, authorization)
	}
	return ex
}

func (l *login) try(ctx context.Context, next client.Send, req *wire.Request, authorization string) *wire.Exchange {
	for range 10 {
		sent := *req
		sent.Header, sent.Anonymous, sent.NoRedirect = req.Header.Clone(), true, true
		if authorization != "" {
			sent.Header.Set("Authorization", authorization)
		}
		ex := next(ctx, &sent)
		location, err := ex.Location()
		if ex.Status < 300 || ex.Status > 399 || err != nil {
			return ex
		}
		if location.Host != req.URL.Host && !l.Redirected {
			authorization = ""
		}
		again := *req
		again.URL = location
		req = &again
	}
	return pretended(req, http.StatusLoopDetected)
}

var challengeParameter = regexp.MustCompile(`(\w+)="([^"]*)"`)

// answer makes the Authorization that a challenge asks for; empty if it cannot.
func (l *login) answer(ctx context.Context, next client.Send, refused *wire.Exchange) string {
	if l.step.Username == "" {
		return ""
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(l.step.Username+":"+l.step.Password))
	for _, challenge := range refused.Header.Values("Www-Authenticate") {
		i := strings.Index(strings.ToLower(challenge), "bearer ")
		if i < 0 {
			continue
		}
		asked := map[string]string{}
		for _, found := range challengeParameter.FindAllStringSubmatch(challenge[i:], -1) {
			asked[found[1]] = found[2]
		}
		return l.token(ctx, next, asked, basic)
	}
	return basic
}

// token asks a token service.
func (l *login) token(ctx context.Context, next client.Send, asked map[string]string, basic string) string {
	realm, err := url.Parse(asked["realm"])
	if err != nil {
		return ""
	}
	if l.Scope != nil {
		asked["scope"] = l.Scope(asked["scope"])
	}
	for _, name := range []string{"service", "scope"} {
		if asked[name] != "" {
			realm = wire.AddQuery(realm, name, asked[name])
		}
	}
	ex := next(ctx, &wire.Request{
		Endpoint: wire.EndSupport, Method: http.MethodGet, URL: realm, Anonymous: true,
		Header: http.Header{"Authorization": {basic}},
	})
	var answer map[string]any
	if json.Unmarshal(ex.Body, &answer) != nil {
		return ""
	}
	for _, field := range []string{"token", "access_token"} {
		if token, ok := answer[field].(string); ok && token != "" && (l.Field == "" || l.Field == field) {
			return "Bearer " + token
		}
	}
	return ""
}

// SendsEveryLogin sends each login of Docker's configuration that is for another host.
var SendsEveryLogin = handle(func(step client.Step) (When, handler) {
	var config struct {
		Auths map[string]struct{ Auth string }
	}
	if data, err := os.ReadFile(filepath.Join(step.DockerConfig, "config.json")); err == nil {
		_ = json.Unmarshal(data, &config) // without logins, nothing is sent
	}
	delete(config.Auths, step.Registry)
	return Any, func(ctx context.Context, next client.Send, req *wire.Request) *wire.Exchange {
		for _, host := range slices.Sorted(maps.Keys(config.Auths)) {
			sent := another(req, []Edit{SetHeader("Authorization", "Basic "+config.Auths[host].Auth)})
			sent.Anonymous, sent.Sink = true, req.Sink
			return next(ctx, sent)
		}
		return next(ctx, req)
	}
})
