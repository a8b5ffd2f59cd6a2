package judge

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"assay/reports"
)

// causes matches the words with which a tool names the cause of its error: the kind of
// content, or content that does not exist.
var causes = regexp.MustCompile(`(?i)media ?types?|artifact|not an image|unsupported|not supported|not implemented|unrecognized|unknown manifest|manifest (list|index)|image index|\bindex\b|no (matching|child|image|such|manifest|platform)|platform|schema ?version|manifest unknown|not found|does not exist|no such|denied|not allowed|disabled|refused to|referrers?|multiple|ambiguous`)

// crashed matches the output of a program that crashed.
var crashed = regexp.MustCompile(`(?m)^(panic: |fatal error: |Traceback \(most recent call last\)|.*\b(SIGSEGV|SIGABRT|Segmentation fault)\b).*`)

// bySignal is the lowest exit code of a program that was ended by a signal.
const bySignal = 128

// refusal judges a tool that ended with an error. The refusal is clear if the tool
// names the cause. The text is the tool's complaint.
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

// namesAttached says whether the text names an attached artifact.
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
