package reports

// Evidence is what the result shows, as lines: the demand of the specification, what
// was expected, what came, and the command that repeats the request.
func (r Result) Evidence() string { return evidence(r) }
