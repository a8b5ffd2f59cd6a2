package site

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"time"

	"assay/reports"
)

//go:embed *.tmpl
var sources embed.FS

//go:embed site.css
var style string

//go:embed filter.js
var script string

// templates escape every value. The functions only decide what is shown.
var templates = template.Must(template.New("site").Funcs(template.FuncMap{
	"text":  func(s any) string { return reports.Printable(fmt.Sprint(s), 0) },
	"short": func(s string) string { return reports.Printable(s, 300) },
	"link":  reports.SafeLink,
	"class": reports.Class,
	"kept":  reports.Kept,
	"count": reports.Count,
	"page":  fileName,
	"day":   func(t time.Time) string { return t.UTC().Format("2006-01-02") },
	"time":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") },
	"cells": reports.CellLegend,
}).ParseFS(sources, "*.tmpl"))

// page is the data of one page.
type page struct {
	*site
	Title  string
	Root   string // the way to the index: "" or "../"
	CSS    template.CSS
	Script template.JS
	Policy string
	// Target, Row and Kit are what the page is about, if it is about one.
	Target target
	Row    row
	Kit    kit
}

// Write writes the site into dir, and returns the number of its pages. Pages of an
// earlier site are replaced.
func Write(dir string, entries []Entry) (pages int, err error) {
	s, err := newSite(entries)
	if err != nil {
		return 0, err
	}
	w := &writer{dir: dir, site: s}
	w.page("index.html", "index", page{Title: "Who keeps the distribution-spec"})
	w.page("requirements.html", "requirements", page{Title: "Requirements"})
	for _, r := range s.Rows {
		w.page("requirements/"+r.File, "requirement", page{Title: r.Requirement, Row: r})
	}
	for _, t := range s.Targets {
		w.page("targets/"+t.File, "target", page{Title: t.Name, Target: t})
		w.report(t)
	}
	for _, t := range s.Tools {
		w.page("targets/"+t.File, "downleveltarget", page{Title: t.Name + ": tools", Target: t})
		w.report(t)
	}
	if len(s.Tools) > 0 {
		w.page("tools.html", "tools", page{Title: "Tools on images with artifacts"})
	}
	for _, k := range s.Kits {
		w.page("tools/"+k.File, "tool", page{Title: k.String(), Kit: k})
	}
	return w.pages, w.err
}

// writer writes pages until one cannot be written.
type writer struct {
	dir   string
	site  *site
	pages int
	err   error
}

func (w *writer) page(path, name string, p page) {
	if w.err != nil {
		return
	}
	css := reports.Style() + style
	p.site, p.Root = w.site, strings.Repeat("../", strings.Count(path, "/"))
	p.CSS, p.Script = template.CSS(css), template.JS(script) // #nosec G203 -- ours, embedded
	p.Policy = reports.Policy(css, script)
	var out bytes.Buffer
	if w.err = templates.ExecuteTemplate(&out, name, p); w.err == nil {
		w.write(path, out.Bytes())
	}
}

// report writes the whole report of the newest result, which has the evidence.
func (w *writer) report(t target) {
	var out bytes.Buffer
	if w.err == nil {
		w.err = reports.WriteHTML(&out, t.Newest())
	}
	w.write("reports/"+t.File, out.Bytes())
}

func (w *writer) write(path string, content []byte) {
	if w.err != nil {
		return
	}
	path = filepath.Join(w.dir, filepath.FromSlash(path))
	if w.err = os.MkdirAll(filepath.Dir(path), 0o755); w.err != nil {
		return
	}
	w.err = os.WriteFile(path, content, 0o644) // #nosec G306 -- a site that others read
	w.pages++
}
