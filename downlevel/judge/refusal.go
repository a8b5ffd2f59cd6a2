package judge

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"assay/reports"
)

// causes are the words with which a tool says what it could not take: the kind
// of content, or that what was asked for is not there.
var causes = regexp.MustCompile(`(?i)media ?types?|artifact|not an image|unsupported|not supported|not implemented|unrecognized|unknown manifest|manifest (list|index)|image index|\bindex\b|no (matching|child|image|such|manifest|platform)|platform|schema ?version|manifest unknown|not found|does not exist|no such|denied|not allowed|disabled|refused to|referrers?|multiple|ambiguous`)

// crashed matches what a program prints that did not mean to end.
var crashed = regexp.MustCompile(`(?m)^(panic: |fatal error: |Traceback \(most recent call last\)|.*\b(SIGSEGV|SIGABRT|Segmentation fault)\b).*`)

// bySignal is the first exit code of a program that a signal ended.
const bySignal = 128

// refusal is what a tool said that ended with an error: clear when it names the
// cause.
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
	case causes.MatchString(complaints), e.namesAttached(complaints):
		return reports.ClearRefusal, message
	}
	return reports.UnclearRefusal, message
}

// namesAttached says whether the text names something that is attached.
func (e Evidence) namesAttached(text string) bool {
	for _, a := range e.Content.Attached {
		for _, name := range []string{a.Descriptor.MediaType, a.Descriptor.Digest.String(), a.Descriptor.ArtifactType} {
			if name != "" && strings.Contains(text, name) {
				return true
			}
		}
	}
	return false
}

// complaints are the lines of the output that say what went wrong, and not what
// went on before: those with an error, and the last.
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

// Complaint is the line of the output that says most: the last with an error,
// or the last at all.
func Complaint(output string) string {
	if all := complaints(output); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}
