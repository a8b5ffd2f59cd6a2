package reports

// Scrub applies scrub to every text of the result that may quote the target or a tool.
// The names that Assay gives stay as they are.
func (r Result) Scrub(scrub func(string) string) Result {
	each := func(texts []string) []string {
		var out []string
		for _, text := range texts {
			out = append(out, scrub(text))
		}
		return out
	}
	message := func(m Message) Message {
		m.Body = scrub(m.Body)
		header := make(map[string][]string, len(m.Header))
		for name, values := range m.Header {
			header[scrub(name)] = each(values)
		}
		if m.Header != nil {
			m.Header = header
		}
		return m
	}
	r.Message, r.Expected, r.Received = scrub(r.Message), scrub(r.Expected), scrub(r.Received)
	r.Curl, r.Script = scrub(r.Curl), scrub(r.Script)
	r.Trail = each(r.Trail)
	var exchanges []Exchange
	for _, e := range r.Exchanges {
		e.URL, e.Error = scrub(e.URL), scrub(e.Error)
		e.Request, e.Response = message(e.Request), message(e.Response)
		exchanges = append(exchanges, e)
	}
	r.Exchanges = exchanges
	var steps []Step
	for _, step := range r.Steps {
		step.Stdout, step.Stderr = scrub(step.Stdout), scrub(step.Stderr)
		steps = append(steps, step)
	}
	r.Steps = steps
	if r.Cell != nil {
		cell := *r.Cell
		cell.Setup, cell.Script, cell.Stdout, cell.Stderr = scrub(cell.Setup), scrub(cell.Script), scrub(cell.Stdout), scrub(cell.Stderr)
		cell.Notes, cell.Before, cell.After, cell.Diff = each(cell.Notes), each(cell.Before), each(cell.After), each(cell.Diff)
		var harms []Harm
		for _, h := range cell.Harms {
			h.Text = scrub(h.Text)
			harms = append(harms, h)
		}
		cell.Harms = harms
		if cell.Option != nil {
			option := *cell.Option
			option.Script = scrub(option.Script)
			cell.Option = &option
		}
		r.Cell = &cell
	}
	return r
}
