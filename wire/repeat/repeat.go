// Package repeat writes shell scripts that repeat what was found: they send the requests
// of a spec again, up to the one that was judged, and say whether its answer still shows
// the fault. A script needs only sh, curl and coreutils. It holds no secret.
package repeat

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"assay/wire"
)

// Story is what a script tells.
type Story struct {
	// Requirement, Level, Summary and Link name the requirement that was not kept.
	Requirement, Level, Summary, Link string
	// Expected and Received are the words of the judgement. Message stands for them if
	// they are empty.
	Expected, Received, Message string
	// Target is the base URL of the registry, and Repositories are those of the run.
	Target       *url.URL
	Repositories []string
	// Exchanges are those of the spec, in their order. Judged is the one that shows the
	// fault.
	Exchanges []*wire.Exchange
	Judged    *wire.Exchange
	Check     Check
}

// script is a script in the making.
type script struct {
	story     Story
	exchanges []*wire.Exchange // up to the judged one
	named     []named          // repositories that have variables
	contents  []content
	learned   map[int][]string // lines after an answer, by the index of its request
	missing   string           // why the script cannot repeat the requests; empty if it can
	login     string           // the scheme of the credentials; empty if none were sent
}

// Script writes the script. It is empty if no request was judged.
func Script(story Story) string {
	s := &script{story: story, learned: map[int][]string{}}
	if !s.choose() {
		return ""
	}
	for i, r := range story.Repositories {
		s.named = append(s.named, named{r, []string{"$REPOSITORY", "$REPOSITORY2"}[i]})
	}
	slices.SortStableFunc(s.named, func(a, b named) int { return len(b.name) - len(a.name) })
	steps := s.steps() // first, because it finds out what the other parts need
	parts := []string{s.head(), s.variables()}
	body := strings.Join([]string{s.make(), s.cleaning(), steps, s.verdict()}, "\n")
	parts = append(parts, functions(body), body)
	return wire.RedactText(strings.Join(parts, "\n"))
}

type named struct{ name, variable string }

// choose takes the exchanges up to the judged one.
func (s *script) choose() bool {
	judged := s.story.Judged
	if judged == nil || judged.URL == nil {
		return false
	}
	at := slices.IndexFunc(s.story.Exchanges, func(ex *wire.Exchange) bool {
		return ex == judged || ex.Started.Equal(judged.Started) && ex.Method == judged.Method && ex.URL.String() == judged.URL.String()
	})
	if at < 0 {
		s.exchanges = []*wire.Exchange{judged}
	} else {
		s.exchanges = s.story.Exchanges[:at+1]
	}
	last := s.exchanges[len(s.exchanges)-1]
	s.exchanges = slices.DeleteFunc(slices.Clone(s.exchanges), func(ex *wire.Exchange) bool {
		return ex.URL == nil || ex != last && onlyLooks(ex)
	})
	for _, ex := range s.exchanges {
		if ex.Request.Auth != "" {
			s.login = ex.Request.Auth
		}
	}
	return true
}

// onlyLooks says whether the request asked whether content is there, and it was. Specs ask
// that after each push, and a person who reads the script need not.
func onlyLooks(ex *wire.Exchange) bool {
	return ex.Method == http.MethodHead && ex.OK() && (ex.Endpoint == wire.EndBlob || ex.Endpoint == wire.EndManifest)
}

// head is the comment at the beginning.
func (s *script) head() string {
	st := s.story
	lines := []string{"#!/bin/sh", comment(fmt.Sprintf("%s (%s)", st.Requirement, st.Level)), comment(st.Summary)}
	if st.Link != "" {
		lines = append(lines, comment(st.Link))
	}
	lines = append(lines, "#")
	if st.Expected != "" || st.Received != "" {
		lines = append(lines, comment("expected: "+st.Expected), comment("received: "+st.Received))
	} else {
		lines = append(lines, comment("found: "+st.Message))
	}
	return strings.Join(append(lines, `#
# This script sends the requests again, the one that was judged last. It ends with 1 if
# the fault shows, with 0 if it does not, and with 2 if the request could not be sent. To
# ask another registry: REGISTRY=https://example.com REPOSITORY=team/test sh SCRIPT`), "\n")
}

func (s *script) variables() string {
	lines := []string{
		"set -u",
		"REGISTRY=${REGISTRY:-" + word(strings.TrimSuffix(wire.RedactURL(s.story.Target), "/")) + "}",
	}
	for i, r := range s.story.Repositories {
		v := []string{"REPOSITORY", "REPOSITORY2"}[i]
		lines = append(lines, fmt.Sprintf("%s=${%s:-%s}", v, v, word(r)))
	}
	lines = append(lines, "CURL=${CURL:-curl} # or, for example, CURL='curl --cacert ca.pem'")
	if s.login != "" {
		lines = append(lines,
			"# The login is that of assay run. TOKEN can have a bearer token; otherwise the script asks for one.",
			"ASSAY_USERNAME=${ASSAY_USERNAME:-} ASSAY_PASSWORD=${ASSAY_PASSWORD:-}")
	}
	lines = append(lines, "auth= scopes= words= kind=", "work=$(mktemp -d) || exit 2")
	if s.login != "" {
		lines = append(lines, `printf 'user = "%s"\n' "$(printf %s "$ASSAY_USERNAME:$ASSAY_PASSWORD" | sed 's/[\\"]/\\&/g')" >"$work/login"`)
	}
	return strings.Join(lines, "\n") + "\n"
}
