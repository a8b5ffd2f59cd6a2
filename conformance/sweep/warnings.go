package sweep

import (
	"regexp"
	"strings"
)

// Warning is a Warning of a response in its parts.
type Warning struct {
	Code, Agent, Date string
	// Malformed says that it has not the form of RFC 7234, section 5.5; then the
	// parts are empty.
	Malformed bool
}

// warning is RFC 7234's warning-value: code, agent, quoted text, and an optional
// quoted date. A comma and the next value, or the end, follow.
var warning = regexp.MustCompile(`^(\d{3}) (\S+) "((?:[^"\\]|\\.)*)"(?: ("[^"]*"))?[ \t]*(,|$)`)

// WarningsIn splits a Warning header, which may hold several. The last one is
// malformed where the rest cannot be read.
func WarningsIn(value string) []Warning {
	var list []Warning
	rest := strings.Trim(value, " \t,")
	for rest != "" {
		parts := warning.FindStringSubmatch(rest)
		if parts == nil {
			return append(list, Warning{Malformed: true})
		}
		list = append(list, Warning{Code: parts[1], Agent: parts[2], Date: parts[4]})
		rest = strings.TrimLeft(rest[len(parts[0]):], " \t,")
	}
	if len(list) == 0 {
		list = []Warning{{Malformed: true}}
	}
	return list
}

// The rules of the distribution-spec, section "Warnings".
var (
	CodeIs299   = func(w Warning) bool { return w.Code == "299" } // which a malformed one has not
	AgentIsDash = func(w Warning) bool { return w.Malformed || w.Agent == "-" }
	HasNoDate   = func(w Warning) bool { return w.Malformed || w.Date == "" }
)

// WarningLimit is how many bytes of warnings one response may have.
const WarningLimit = 4096
