package compare

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"

	"assay/reports"
)

//go:embed compare.html.tmpl
var htmlSource string

//go:embed compare.css
var htmlStyle string

// htmlTemplate escapes every value. The functions only decide what is shown.
var htmlTemplate = template.Must(template.New("compare").Funcs(template.FuncMap{
	"text":  func(s any) string { return reports.Printable(fmt.Sprint(s), 0) },
	"link":  reports.SafeLink,
	"class": reports.Class,
	"day":   func(t time.Time) string { return t.UTC().Format("2006-01-02") },
	"count": reports.Count,
	"word":  Field.word,
	"color": func(f Field) string { return f.class },
	"width": func(c *Comparison) int { return len(c.Sides) + 2 },
}).Parse(htmlSource))

// WriteHTML writes the comparison as one page with a table of requirements and sides. It
// needs neither network nor JavaScript.
func (c *Comparison) WriteHTML(w io.Writer) error {
	style := reports.Style() + htmlStyle
	return htmlTemplate.Execute(w, struct {
		*Comparison
		Groups     []group
		CSS        template.CSS
		Policy     string
		Conclusion string
		Tone       string
	}{
		c, c.groups(), template.CSS(style), reports.Policy(style, ""), c.Conclusion(), c.tone(), // #nosec G203 -- ours, embedded
	})
}

// tone is the class that colours the head of the page.
func (c *Comparison) tone() string {
	switch {
	case c.Worse():
		return "v-not-conformant"
	case c.Counts[NotJudged] > 0:
		return "v-partial"
	}
	return "v-conformant"
}
