package reports

// ANSI codes of the console's few colours.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	blue   = "36"
	faint  = "2"
)

// paint colours s if the console may use colours.
func (c *Console) paint(code, s string) string {
	if !c.color || code == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func outcomeColor(o Outcome) string {
	switch o {
	case Fail, UnexpectedPass, Error:
		return red
	case Warn, Blocked:
		return yellow
	case Observed:
		return blue
	case Pass:
		return green
	}
	return faint
}

func cellColor(o CellOutcome) string {
	if o == "" {
		return ""
	}
	return outcomeColor(o.Outcome())
}

func verdictColor(v Verdict) string {
	switch v {
	case Conformant, Harmless:
		return green
	case NotConformant, Harmful:
		return red
	case Partial:
		return yellow
	}
	return faint
}
