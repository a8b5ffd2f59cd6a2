package judge

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/fixtures"
	"assay/reports"
)

// crashed matches the output of a program that crashed.
var crashed = regexp.MustCompile(`(?m)^(panic: |fatal error: |Traceback \(most recent call last\)|.*\b(SIGSEGV|SIGABRT|Segmentation fault)\b).*`)

// bySignal is the lowest exit code of a program that was ended by a signal.
const bySignal = 128

// refusal judges a tool that ended with an error, by what its complaint names and by
// what is in the registry. The text is the complaint.
//
//   - It is clear if it names what is new to the tool: a type of what is attached, or that
//     it is an artifact or an index.
//   - It has a wrong reason if it says that something is missing that is there.
func (e Evidence) refusal() (reports.CellOutcome, string) {
	said := e.said()
	if crash := crashed.FindString(said); crash != "" {
		return reports.UnclearRefusal, strings.TrimSpace(crash)
	}
	complaints := cmp.Or(strings.Join(complaints(e.Output.Stderr), "\n"), strings.Join(complaints(e.Output.Stdout), "\n"))
	message := cmp.Or(Complaint(e.Output.Stderr), Complaint(e.Output.Stdout))
	switch {
	case message == "":
		return reports.UnclearRefusal, "it failed and said nothing"
	case e.Output.Exit > bySignal:
		return reports.UnclearRefusal, message
	case e.namesNew(complaints):
		return reports.ClearRefusal, message
	case saysPlatform.MatchString(complaints):
		return e.platformReason(), message
	case saysMissing.MatchString(complaints):
		return e.missingReason(complaints), message
	case e.namesIndexForm(complaints):
		return reports.ClearRefusal, message
	}
	return reports.UnclearRefusal, message
}

// namesNew says whether the text names something that is in the repository only since
// something was attached: a media type or an artifact type, or that it is no image.
func (e Evidence) namesNew(text string) bool {
	for name := range e.newTypes() {
		if strings.Contains(text, name) {
			return true
		}
	}
	lower := strings.ToLower(text)
	return e.hasArtifact() && (strings.Contains(lower, "artifact") || strings.Contains(lower, "not an image") || strings.Contains(lower, "not a container image"))
}

// namesIndexForm says whether the text names an index, and the mechanism has pushed one.
func (e Evidence) namesIndexForm(text string) bool {
	lower := strings.ToLower(text)
	return (wordIndex.MatchString(lower) || strings.Contains(lower, "manifest list")) &&
		slices.ContainsFunc(Manifests(e.Content.After), func(m fixtures.Manifest) bool { return isIndex(m.MediaType) })
}

var wordIndex = regexp.MustCompile(`\bindex(es)?\b`)

// newTypes are the types of what is attached, without those that the image has, too.
func (e Evidence) newTypes() map[string]bool {
	types := map[string]bool{}
	for _, m := range Manifests(e.Content.After) {
		for _, name := range []string{m.MediaType, m.ArtifactType} {
			types[name] = true
		}
		for _, b := range m.Blobs {
			types[b.MediaType] = true
		}
	}
	for _, m := range Manifests(e.Content.Before) {
		for _, name := range []string{m.MediaType, m.ArtifactType} {
			delete(types, name)
		}
		for _, b := range m.Blobs {
			delete(types, b.MediaType)
		}
	}
	delete(types, "")
	return types
}

// hasArtifact says whether something that is no image was attached.
func (e Evidence) hasArtifact() bool {
	return slices.ContainsFunc(Manifests(e.Content.After), func(m fixtures.Manifest) bool {
		if isIndex(m.MediaType) {
			return m.ArtifactType != ""
		}
		return len(m.Blobs) == 0 || !slices.ContainsFunc(e.Content.Image.Blobs, func(b fixtures.Blob) bool { return b.MediaType == m.Blobs[0].MediaType }) ||
			Attachment(m) != "artifact" && Attachment(m) != "image with a subject"
	})
}

// The two claims about the content of the registry that can be checked.
var (
	saysMissing  = regexp.MustCompile(`(?i)not found|does(n't| not) exist|no (matching|such) |(manifest|blob|name) unknown|unknown (manifest|blob)|\b404\b`)
	saysPlatform = regexp.MustCompile(`(?i)platform|architecture|\blinux/`)
	anyDigest    = regexp.MustCompile(`sha256:[0-9a-f]{64}`)
)

// missingReason judges a complaint that something is missing. If the complaint names
// digests, one of them must be missing, and be asked for.
func (e Evidence) missingReason(text string) reports.CellOutcome {
	for _, found := range anyDigest.FindAllString(text, -1) {
		d := digest.Digest(found)
		if !e.Source.Before.Has(d) && !e.Source.Before.Blobs[d] {
			return reports.ClearRefusal
		}
	}
	return reports.WrongReason
}

// platformReason judges a complaint about the platform: it is right if the index that the
// tool was asked for has no image for this machine.
func (e Evidence) platformReason() reports.CellOutcome {
	m, ok := e.lookup(e.Named)
	if ok && isIndex(m.MediaType) && !slices.ContainsFunc(m.Children, func(c fixtures.Manifest) bool { return c.Digest == e.Content.Image.Digest }) {
		return reports.ClearRefusal
	}
	if !ok || !isIndex(m.MediaType) && m.Digest != e.Content.Image.Digest && len(m.Blobs) > 0 && m.Blobs[0].MediaType == ocispec.MediaTypeImageConfig {
		return reports.UnclearRefusal // an artifact whose config has no platform
	}
	return reports.WrongReason
}

// complaints returns the lines of the output that say what went wrong: those with an
// error, and the last line.
func complaints(output string) []string {
	var all []string
	last := ""
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		last = line
		if lower := strings.ToLower(line); strings.Contains(lower, "error") || strings.Contains(lower, "fatal") || strings.Contains(lower, "fail") {
			all = append(all, line)
		}
	}
	if last != "" && !slices.Contains(all, last) {
		all = append([]string{last}, all...)
	}
	return all
}

// Complaint returns the most useful line of the output: the last line with an error, or
// else the last line.
func Complaint(output string) string {
	if all := complaints(output); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}
