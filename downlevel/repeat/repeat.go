// Package repeat writes the shell scripts that repeat a finding of a downlevel run. A
// script makes the state of the registry with assay put, runs the tool's commands, shows
// the difference, and says whether the same happened again.
package repeat

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/state"
)

// Story is what a script tells again.
type Story struct {
	// Title names the cell, and Why has the lines that say what went wrong.
	Title string
	Why   []string
	// Mechanism and Nonce make the content. Chart says that it is a Helm chart.
	Mechanism, Nonce string
	Chart            bool
	// ManifestTypes are the media types that the registry must accept besides its own.
	ManifestTypes []string
	// Setup ran before anything was attached, Run afterwards. Both are as a person would
	// type them. Prepared says that Setup needs the image.
	Setup, Run string
	// Scheme is that of the registry: http or https.
	Scheme string
	// API says whether the registry had the referrers API.
	API bool
	// Source and Target are the repositories afterwards. Target is nil if the tool had
	// nothing to push.
	Source, Target *state.Snapshot
	// Known are the digests of the content, and Subjects those whose referrers are
	// listed.
	Known, Subjects []digest.Digest
	// Failed says that the tool ended with an error.
	Failed bool
	// Absent are words that should be in the output or among the files of the tool, and
	// are not: digests without their algorithm, tags, or the greeting.
	Absent []string
}

//go:embed library.sh
var library string

// places are the variables that the script sets itself.
var places = regexp.MustCompile(`(?m)^export (IMAGE|TARGET|REGISTRY|STATE|WORK|OUT|USERNAME)=.*\n`)

// Script returns the script.
func (s Story) Script() string {
	var out strings.Builder
	out.WriteString("#!/bin/sh\n# " + comment(s.Title) + "\n")
	for _, why := range s.Why {
		out.WriteString("#   " + comment(why) + "\n")
	}
	fmt.Fprintf(&out, "#\n# It needs assay, curl and the tool. REGISTRY is where it is tried: by default\n# localhost:5000, where this serves: assay serve%s\n", s.serving())
	out.WriteString("# REPOSITORY is the beginning of the repositories' names. With a login, set USERNAME\n# and PASSWORD. With KEEP=1 the content stays.\n#\n")
	out.WriteString("# Exit codes: 1 the same happened again, 0 it did not, 2 it could not be tried.\n")
	fmt.Fprintf(&out, "scheme=%s\nknown='%s'\nsubjects='%s'\n", s.Scheme, join(s.Known), join(s.Subjects))
	out.WriteString(library)
	options := "--nonce " + quote(s.Nonce)
	if s.Chart {
		options += " --chart"
	}
	fmt.Fprintf(&out, "\n# The content, and what the tool needs first.\nput %s %s --alone\n", quote(s.Mechanism), options)
	if setup := own(s.Setup); setup != "" {
		out.WriteString(setup)
	}
	fmt.Fprintf(&out, "put %s %s --artifacts\nbefore\n", quote(s.Mechanism), options)
	fmt.Fprintf(&out, "\n# The tool.\ntool() (\nset -eu\ncd \"$WORK\"\n%s)\nrun\n", own(s.Run))
	out.WriteString("\n# What came of it.\nafter\n")
	if s.Failed {
		out.WriteString("fails\n")
	} else {
		out.WriteString("succeeds\n")
	}
	for _, word := range s.Absent {
		fmt.Fprintf(&out, "absent %s\n", quote(word))
	}
	fmt.Fprintf(&out, "same source <<'END'\n%sEND\n", s.lines(*s.Source))
	if s.Target != nil {
		fmt.Fprintf(&out, "same target <<'END'\n%sEND\n", s.lines(*s.Target))
	}
	out.WriteString("verdict\n")
	return out.String()
}

// serving returns the options of assay serve for a registry like the one of the run.
func (s Story) serving() string {
	text := ""
	if !s.API {
		text += " --no-referrers"
	}
	for _, t := range s.ManifestTypes {
		text += " --manifest-type " + t
	}
	return text
}

// own returns a script without the variables that this script sets itself.
func own(script string) string { return places.ReplaceAllString(script, "") }

// lines describes a repository in the form of the function state of the library.
func (s Story) lines(now state.Snapshot) string {
	var lines []string
	for _, tag := range now.TagNames() {
		m := now.Tags[tag]
		lines = append(lines, fmt.Sprintf("tag %s %s %s", tag, s.name(m.SHA256), m.MediaType))
	}
	for _, d := range s.Known {
		if now.Has(d) {
			lines = append(lines, fmt.Sprintf("manifest %s", d))
		}
	}
	for _, subject := range slices.Sorted(maps.Keys(now.Referrers)) {
		for _, d := range now.Referrers[subject].Entries {
			lines = append(lines, fmt.Sprintf("referrer of %s: %s", subject, s.name(d)))
		}
	}
	slices.Sort(lines)
	return strings.Join(append(lines, ""), "\n")
}

// name is the digest, or "another" if the tool made the content: it may be made another
// way next time.
func (s Story) name(d digest.Digest) string {
	if slices.Contains(s.Known, d) {
		return d.String()
	}
	return "another"
}

func join(list []digest.Digest) string {
	var words []string
	for _, d := range list {
		words = append(words, d.String())
	}
	return strings.Join(words, " ")
}

// comment is text in one line.
func comment(text string) string { return strings.Join(strings.Fields(text), " ") }

var harmless = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote returns text as one word for a shell.
func quote(text string) string {
	if harmless.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
