package judge

import (
	"slices"

	"assay/downlevel/toolchains"
	"assay/reports"
)

// limited gives a loss that the tool's documentation announces an outcome of its own. If
// only a part of the harm is announced, it stays what it is.
func (e Evidence) limited(j Judgement) Judgement {
	if j.Outcome != reports.SilentHarm && j.Outcome != reports.Orphaned {
		return j
	}
	announced := func(h reports.Harm) (toolchains.Limit, bool) {
		i := slices.IndexFunc(e.Limits, func(l toolchains.Limit) bool { return slices.Contains(l.Harms, h.Kind) })
		if i < 0 {
			return toolchains.Limit{}, false
		}
		return e.Limits[i], true
	}
	rest := slices.DeleteFunc(slices.Clone(j.Harms), func(h reports.Harm) bool { _, ok := announced(h); return ok })
	if len(rest) > 0 {
		j.Message = rest[0].Text
		return j
	}
	limit, _ := announced(j.Harms[0])
	j.Outcome, j.Limit = reports.DocumentedLimit, limit.Link
	j.Note("the tool's documentation says: %s (%s)", limit.Says, limit.Link)
	return j
}
