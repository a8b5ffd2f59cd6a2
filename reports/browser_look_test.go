package reports

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe/axe.min.js
var axe string

// axeRun gives each violation with its elements.
const axeRun = `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 3).map(n => '  ' + n.html.slice(0, 200) + '\n  ' + n.failureSummary).join('\n')))`

func axeFindsNothing(t *testing.T, b *browser) {
	for name, run := range map[string]*Run{"findings": sample(), "clean": clean(), "matrix": sampleMatrix()} {
		for _, l := range []look{desktop, mobile, {width: 1400, height: 900, dark: true}} {
			t.Run(strings.Join([]string{name, map[bool]string{false: "light", true: "dark"}[l.dark], map[bool]string{false: "wide", true: "narrow"}[l.width < 500]}, " "), func(t *testing.T) {
				p := b.open(t, run, l)
				p.is("(() => {" + axe + "; return true; })()")
				for _, opened := range []bool{false, true} {
					if opened {
						p.openAll()
						p.openAll()
					}
					for _, v := range value[[]string](p, axeRun) {
						t.Errorf("all open %v: %s", opened, v)
					}
				}
			})
		}
	}
	// A page with a mistake: axe sees it.
	p := b.open(t, clean(), desktop)
	p.is("(() => {" + axe + "; return true; })()")
	p.is("document.querySelectorAll('#filter label').forEach(l => l.replaceWith(...l.childNodes)) === undefined")
	if violations := value[[]string](p, axeRun); len(violations) == 0 {
		t.Error("axe does not find fields without a label")
	}
}

func phone(t *testing.T, b *browser) {
	for name, run := range map[string]*Run{"findings": sample(), "hostile": everywhere(), "clean": clean(), "matrix": sampleMatrix()} {
		t.Run(name, func(t *testing.T) {
			p := b.open(t, run, mobile)
			p.openAll()
			if width := p.number("document.documentElement.scrollWidth"); width > float64(mobile.width) {
				t.Errorf("the page is %v wide: %s", width, p.text(`Array.from(document.querySelectorAll('main *')).filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.wide')).slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join('\n')`))
			}
		})
	}
}

// firstScreen has the verdict and the first finding with what was expected and came.
// The verdicts of the workflows follow: beside it, or on a phone below it.
func firstScreen(t *testing.T, b *browser) {
	for _, l := range []look{desktop, mobile} {
		p := b.open(t, sample(), l)
		for _, query := range []string{"h1", ".lead", ".finding h3", ".finding .wants", ".finding .received"} {
			p.is("document.querySelector('" + query + "').getBoundingClientRect().top < innerHeight - 20")
		}
		p.is("document.querySelector('h1').innerText.includes('Not conformant') || document.querySelector('h1').innerText.includes('not conformant')")
		first, workflows, second := p.number("document.querySelector('.finding').getBoundingClientRect().top"),
			p.number("document.querySelector('.workflows').getBoundingClientRect().top"), p.number("document.querySelectorAll('.finding')[1].getBoundingClientRect().top")
		if beside := l.width == desktop.width; beside && workflows > first || !beside && (workflows < first || workflows > second) {
			t.Errorf("%d wide: the first finding is at %v, the workflows are at %v, the second finding at %v", l.width, first, workflows, second)
		}
	}
}

// onePage matches a page in a PDF.
var onePage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

func prints(t *testing.T, b *browser) {
	p := b.open(t, large(), desktop)
	pdf, err := chromedp.Run(p.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	if err != nil {
		t.Fatal(err)
	}
	keepPDF(t, pdf)
	if n := len(onePage.FindAll(pdf, -1)); n < 2 || n > 12 {
		t.Errorf("45 findings and 450 specs take %d pages", n)
	}
	// On the first page of an A4 sheet are findings, with what was expected and came.
	paper := b.open(t, sample(), look{width: 703, height: 1017, print: true})
	paper.is(`document.querySelectorAll('.finding')[1].getBoundingClientRect().bottom < innerHeight`)
	paper.is(`document.querySelector('.finding').getBoundingClientRect().top < document.querySelector('.workflows').getBoundingClientRect().top`)
	for _, hidden := range []string{"#filter", ".copy", ".exchanges", ".requirement .body"} {
		paper.is("!document.querySelector('" + hidden + "').checkVisibility()")
	}
	for _, visible := range []string{".finding .received", ".requirement code", ".workflows .verdict"} {
		paper.is("document.querySelector('" + visible + "').checkVisibility()")
	}
}

// withoutScript shows that the page is whole without its script.
func withoutScript(t *testing.T, b *browser) {
	p := b.open(t, sample(), look{width: 1400, height: 900, noScript: true})
	p.is("!document.getElementById('filter').checkVisibility()")
	p.is("document.querySelectorAll('.copy').length === 0")
	p.is("document.querySelector('.finding .curl').checkVisibility() && document.querySelectorAll('.requirement > summary').length > 5")
}

// largeReport is smaller than what a mail takes.
func largeReport(t *testing.T, b *browser) {
	var out strings.Builder
	if err := WriteHTML(&out, large()); err != nil {
		t.Fatal(err)
	}
	const limit = 3 << 20
	if out.Len() > limit {
		t.Errorf("the report has %d bytes, more than %d", out.Len(), limit)
	}
	p := b.open(t, large(), desktop)
	t.Logf("%d bytes, loaded after %.0f ms", out.Len(), p.number("performance.getEntriesByType('navigation')[0].loadEventEnd"))
}

func hostileTextRunsNothing(t *testing.T, b *browser) {
	for name, run := range map[string]*Run{"everywhere": everywhere(), "matrix": sampleMatrix()} {
		t.Run(name, func(t *testing.T) {
			p := b.open(t, run, desktop)
			title := p.text("document.title")
			p.openAll()
			p.is(`Array.from(document.querySelectorAll('a[href^="#"], button, option, summary')).forEach(e => e.click()) === undefined`)
			p.is("document.querySelectorAll('script, img, iframe, object, embed').length === 1")
			p.is(`Array.from(document.querySelectorAll('*')).every(e => e.getAttributeNames().every(n => !n.startsWith('on')))`)
			if now := p.text("document.title"); now != title || !strings.Contains(title, "Assay") {
				t.Errorf("the title %q became %q", title, now)
			}
			p.quiet()
		})
	}
}

// quiet fails if there were dialogs or requests.
func (p *tab) quiet() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.dialogs)+len(p.requests) > 0 {
		p.t.Errorf("dialogs: %q, requests: %q", p.dialogs, p.requests)
	}
}

// policyHolds puts hostile elements into the page, as if escaping had a mistake.
func policyHolds(t *testing.T, b *browser) {
	p := b.open(t, clean(), desktop)
	for _, markup := range []string{
		`<img src="http://127.0.0.1:9/x" onerror="alert(1)">`,
		`<a onclick="document.title = 'run'">x</a>`,
		`<iframe src="http://127.0.0.1:9/"></iframe>`,
	} {
		text, err := json.Marshal(markup)
		if err != nil {
			t.Fatal(err)
		}
		blocked := p.text(`new Promise(done => {
			document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective), {once: true});
			document.body.insertAdjacentHTML('beforeend', ` + string(text) + `);
			document.body.lastElementChild.click();
		})`)
		if blocked == "" {
			t.Errorf("%s was not blocked", markup)
		}
	}
	p.is(`new Promise(done => {
		document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective === 'script-src-elem'), {once: true});
		const script = document.createElement('script');
		script.textContent = 'document.title = "run"';
		document.body.append(script);
	})`)
	p.is("document.title !== 'run'")
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.dialogs) > 0 {
		t.Errorf("dialogs: %q", p.dialogs)
	}
}
