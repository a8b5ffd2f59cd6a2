package downlevel

import (
	"regexp"
	"strings"

	"assay/reports"
)

// causes are the words with which a tool says what it could not take: the kind
// of content, or that what was asked for is not there.
var causes = regexp.MustCompile(`(?i)media ?types?|artifact|not an image|unsupported|not supported|not implemented|unrecognized|unknown manifest|manifest (list|index)|image index|\bindex\b|no (matching|child|image|such|manifest|platform)|platform|schema ?version|manifest unknown|not found|does not exist|no such|denied|not allowed|disabled|refused to|referrers?|multiple|ambiguous`)

// refusal is what a tool said that ended with an error: clear when it names the
// cause.
func (e evidence) refusal() (reports.CellOutcome, string) {
	said := e.said()
	message := complaint(e.Output.Stderr)
	if message == "" {
		message = complaint(e.Output.Stdout)
	}
	if message == "" {
		return reports.UnclearRefusal, "it failed and said nothing"
	}
	clear := causes.MatchString(said)
	for _, a := range e.Content.Attached {
		clear = clear || strings.Contains(said, a.Descriptor.MediaType) || strings.Contains(said, a.Descriptor.Digest.String()) ||
			a.Descriptor.ArtifactType != "" && strings.Contains(said, a.Descriptor.ArtifactType)
	}
	if clear {
		return reports.ClearRefusal, message
	}
	return reports.UnclearRefusal, message
}

// complaint is the line of the output that says most: the last with an error,
// or the last at all.
func complaint(output string) string {
	last, worst := "", ""
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		last = line
		if lower := strings.ToLower(line); strings.Contains(lower, "error") || strings.Contains(lower, "fatal") || strings.Contains(lower, "fail") {
			worst = line
		}
	}
	if worst != "" {
		return worst
	}
	return last
}
