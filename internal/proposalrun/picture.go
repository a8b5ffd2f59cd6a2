package proposalrun

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"assay/reports"
)

//go:embed picture.svg.tmpl
var drawing string

var drawingTemplate = template.Must(template.New("picture").Parse(drawing))

// The measures of the picture, in pixels.
const (
	margin     = 16
	nameWide   = 144
	answerWide = 108
	costWide   = 184
	toolsWide  = 184
	rowHigh    = 44
	perRequest = 8
)

// picture is the table as shapes.
type picture struct {
	Width, Height int
	About         []string
	Boxes         []box
	Texts         []label
}

type box struct {
	Class      string
	X, Y, W, H int
}

type label struct {
	Class string
	X, Y  int
	Text  string
}

func (p *picture) box(class string, x, y, w, h int) {
	p.Boxes = append(p.Boxes, box{class, x, y, w, h})
}

func (p *picture) text(class string, x, y int, text string) {
	p.Texts = append(p.Texts, label{class, x, y, text})
}

// takingStyle is how a picture shows a way to take a proposal.
var takingStyle = map[Taking]struct{ symbol, class string }{
	HasIt: {"✓", "good"}, HasPart: {"!", "part"}, StoresIt: {"○", "stores"}, RefusesIt: {"✗", "bad"}, NotAnswered: {"–", "dim"},
}

// breakClasses are the colours of [Breaks].
var breakClasses = []string{"bad", "part", "stores", "bar", "later"}

// WritePicture draws the comparison as an SVG, for light and dark pages.
func (c *Comparison) WritePicture(w io.Writer) error {
	costs := margin + nameWide + answerWide*len(c.Registries)
	p := &picture{Width: costs + 2*costWide + margin, About: c.about()}
	tools := costs + 2*costWide
	if len(c.Tools) > 0 {
		p.Width += toolsWide
	}
	y := margin + 14
	for i, name := range c.Registries {
		p.text("head", margin+nameWide+i*answerWide, y, reports.Printable(name, 15))
	}
	p.text("head", costs, y, "one attachment costs")
	p.text("head", costs+costWide, y, "the fallback costs")
	if len(c.Tools) > 0 {
		p.text("head", tools, y, reports.Count(len(c.Tools), "tool"))
	}
	y += 12
	for _, row := range c.Rows {
		p.box("line", margin, y, p.Width-2*margin, 1)
		for i, cost := range row.Costs {
			if i == 0 {
				p.text("name", margin, y+18, reports.Printable(row.Name, 24))
				for k, a := range row.Answers {
					p.answer(margin+nameWide+k*answerWide, y, a)
				}
			}
			p.text("small", margin, y+34, reports.Printable(cost.Mechanism, 28))
			p.price("bar", costs, y, cost.Price)
			if cost.Fallback != nil {
				p.price("later", costs+costWide, y, *cost.Fallback)
			} else {
				text, _, _ := strings.Cut(cost.FallbackText(), ":")
				p.text("small", costs+costWide, y+34, text)
			}
			if len(c.Tools) > 0 {
				p.tools(tools, y, row.Tried[i])
			}
			y += rowHigh
		}
	}
	p.box("line", margin, y, p.Width-2*margin, 1)
	if len(c.Tools) > 0 {
		y = p.legend(y + 12)
	}
	p.Height = y + margin
	return drawingTemplate.Execute(w, p)
}

func (p *picture) answer(x, y int, a Answer) {
	style := takingStyle[a.Takes]
	p.text(style.class, x, y+18, style.symbol+" "+string(a.Takes))
	below := ""
	if a.Kept != "" {
		below = a.Kept + " MUSTs"
	}
	if a.Impact > 0 {
		below = fmt.Sprintf("harms images: %d", a.Impact)
	}
	p.text("small", x, y+34, below)
}

func (p *picture) price(class string, x, y int, price Price) {
	p.box(class, x, y+10, min(price.Requests*perRequest, costWide-margin), 9)
	p.text("small", x, y+34, price.String())
}

// tools draws a bar: how many tools break, and how.
func (p *picture) tools(x, y int, tried Tried) {
	if tried.Tools == 0 {
		p.text("small", x, y+34, "not tried")
		return
	}
	each := (toolsWide - margin) / tried.Tools
	at := x
	for i, n := range append(tried.Worst, tried.Fine()) {
		class := "good"
		if i < len(breakClasses) {
			class = breakClasses[i]
		}
		p.box(class, at, y+10, n*each, 9)
		at += n * each
	}
	p.text("small", x, y+34, fmt.Sprintf("nothing breaks with %d of %d", tried.Fine(), tried.Tools))
}

// legend explains the colours of the tools, and returns where it ends.
func (p *picture) legend(y int) int {
	x := margin
	p.text("small", x, y+10, "The worst that comes of a tool:")
	x += 184
	for i, b := range append(Breaks(), Break{Title: "nothing breaks"}) {
		class := "good"
		if i < len(breakClasses) {
			class = breakClasses[i]
		}
		p.box(class, x, y+1, 10, 10)
		p.text("small", x+15, y+10, b.Title)
		x += 32 + 6*len(b.Title)
	}
	return y + 10
}

// about says in sentences what the picture shows.
func (c *Comparison) about() []string {
	var all []string
	for _, row := range c.Rows {
		var answers []string
		for i, a := range row.Answers {
			answers = append(answers, c.Registries[i]+" "+a.String())
		}
		all = append(all, reports.Printable(row.Name+": "+strings.Join(answers, "; "), 0))
		for i, cost := range row.Costs {
			text := fmt.Sprintf("%s costs %s; fallback: %s", cost.Mechanism, cost, cost.FallbackText())
			if tried := row.Tried[i]; tried.Tools > 0 {
				text += fmt.Sprintf("; nothing breaks with %d of %s", tried.Fine(), reports.Count(tried.Tools, "tool"))
			}
			all = append(all, reports.Printable(text, 0))
		}
	}
	return all
}
