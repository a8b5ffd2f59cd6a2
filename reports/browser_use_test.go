package reports

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// shown are the ids of the items that the page shows.
const shown = `Array.from(document.querySelectorAll('.item')).filter(e => e.checkVisibility()).map(e => e.id).join(' ')`

// filter sets the fields of the filter; an empty string does not filter.
func (p *tab) filter(search, workflow, level, outcome string) {
	p.t.Helper()
	p.is(fmt.Sprintf(`(() => {
		const set = (query, value, kind) => { const e = document.querySelector(query); if (!e) return; e.value = value; e.dispatchEvent(new Event(kind)); if (e.value !== value) throw query + ' has no ' + value; };
		set('#filter input', %q, 'input');
		set('select[name=workflow]', %q, 'change');
		set('select[name=level]', %q, 'change');
		set('select[name=outcome]', %q, 'change');
		return true;
	})()`, search, workflow, level, outcome))
}

func searchAndFilters(t *testing.T, b *browser) {
	p := b.open(t, sample(), desktop)
	all := p.text(shown)
	for _, test := range []struct{ search, workflow, level, outcome, want string }{
		{"BLOB.HEAD", "", "", "", "pull.blob.head"},
		{"location push", "", "", "warn", "finding-push.blob.location push.blob.location"},
		{"", "pull", "", "", "pull.blob.get pull.blob.head"},
		{"", "", "COMPAT", "", "finding-errors.charset errors.charset"},
		{"", "discovery", "MUST", "blocked", "discovery.tags.list discovery.tags.n"},
		{"", "", "", "fail", "finding-push.blob.chunk.range push.blob.chunk.range"},
		{"no such text", "", "", "", ""},
	} {
		p.filter(test.search, test.workflow, test.level, test.outcome)
		if got := p.text(shown); got != test.want {
			t.Errorf("%v: shown is %q", test, got)
		}
		told := p.text(`document.getElementById('found').textContent`)
		if n := len(strings.Fields(test.want)); n == 0 && told != "Nothing matches." || n > 0 && !strings.HasPrefix(told, fmt.Sprintf("%d of ", n)) {
			t.Errorf("%v: the page says %q", test, told)
		}
	}
	p.do(chromedp.Click(`#filter button`))
	if got := p.text(shown); got != all {
		t.Errorf("after Show all, shown is %q, not %q", got, all)
	}
	p.is(`document.querySelector('#filter button').hidden && document.activeElement === document.querySelector('#filter input')`)
}

// eachFilterAlone tries every value of every filter: it shows exactly the items with
// that value.
func eachFilterAlone(t *testing.T, b *browser) {
	for name, run := range map[string]*Run{"sample": sample(), "matrix": sampleMatrix()} {
		p := b.open(t, run, desktop)
		wrong := p.text(`(() => {
			const wrong = []; let tried = 0;
			for (const select of document.querySelectorAll('#filter select')) {
				for (const option of select.options) {
					if (!option.value) continue;
					select.value = option.value; select.dispatchEvent(new Event('change')); tried++;
					for (const item of document.querySelectorAll('.item')) {
						const has = item.getAttribute('data-' + select.name).split(' ').includes(option.value);
						if (item.hidden === has) wrong.push(select.name + '=' + option.value + ' ' + item.id);
					}
				}
				select.value = ''; select.dispatchEvent(new Event('change'));
			}
			if (tried < 5) wrong.push('only ' + tried + ' values');
			return wrong.join('\n');
		})()`)
		if wrong != "" {
			t.Errorf("%s:\n%s", name, wrong)
		}
	}
}

// atTop says whether the element with the id is what the reader sees.
func atTop(id string) string {
	return fmt.Sprintf(`(() => { const r = document.getElementById(%q).getBoundingClientRect(); return r.top >= -1 && r.top < innerHeight; })()`, id)
}

func anchorsOpen(t *testing.T, b *browser) {
	for _, id := range []string{"finding-push.blob.chunk.range", "pull.blob.get", "errors.code", "workflow-errors"} {
		p := b.open(t, sample(), look{width: 1400, height: 500, fragment: "#" + id})
		p.is(atTop(id))
		p.is(fmt.Sprintf(`(e => e.tagName !== 'DETAILS' || e.open)(document.getElementById(%q))`, id))
	}
	// An anchor shows what a filter has hidden.
	p := b.open(t, sample(), desktop)
	p.filter("", "push", "", "")
	p.is(`getComputedStyle(document.getElementById('pull.blob.get')).display === 'none'`)
	p.is(`new Promise(done => { addEventListener('hashchange', () => done(true)); location.hash = '#pull.blob.get'; })`)
	p.is(atTop("pull.blob.get"))
	p.is(`document.getElementById('pull.blob.get').open`)
	m := b.open(t, sampleMatrix(), look{width: 1400, height: 500, fragment: "#finding-" + url.PathEscape("crane@0.1.4/copy")})
	m.is(atTop("finding-crane@0.1.4/copy"))
}

// linksWithin follows each link of the page to a part of it.
func linksWithin(t *testing.T, b *browser) {
	for name, run := range map[string]*Run{"sample": sample(), "hostile": everywhere(), "matrix": sampleMatrix()} {
		p := b.open(t, run, desktop)
		if dead := p.text(`Array.from(document.querySelectorAll('a[href^="#"]')).map(a => decodeURIComponent(a.hash.slice(1))).filter(id => !document.getElementById(id)).join(' ')`); dead != "" {
			t.Errorf("%s: there is no %s", name, dead)
		}
		if twice := p.text(`Array.from(document.querySelectorAll('[id]')).map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i).join(' ')`); twice != "" {
			t.Errorf("%s: the ids are not unique: %s", name, twice)
		}
	}
	run := sample()
	for i := range run.Results {
		if run.Results[i].Requirement == "discovery.tags.list" {
			run.Results[i].BlockedBy = "push.blob.chunk.range"
		}
	}
	p := b.open(t, run, look{width: 1400, height: 500, fragment: "#discovery.tags.list"})
	p.do(chromedp.Click(`details[id="discovery.tags.list"] a[href="#finding-push.blob.chunk.range"]`))
	p.is(atTop("finding-push.blob.chunk.range"))
}

// copyButtons looks at what reaches the clipboard. Some browsers forbid that: then the
// text is selected.
func copyButtons(t *testing.T, b *browser) {
	run := sample()
	run.Results[2].Script = "#!/bin/sh\nset -e\n\ncurl -sS -i \"$URL\"\n"
	for _, test := range []struct {
		clipboard, said, got string
	}{
		{"{writeText: async text => { window.got = text; }}", "Copied", "window.got"},
		{"{writeText: () => Promise.reject(new Error('forbidden'))}", "Selected", "getSelection().toString()"},
		{"undefined", "Selected", "getSelection().toString()"},
	} {
		p := b.open(t, run, desktop)
		p.is("Object.defineProperty(navigator, 'clipboard', {value: " + test.clipboard + ", configurable: true})")
		p.do(chromedp.Click(".finding .curl")) // the button is beside it
		for _, part := range []struct{ in, want string }{
			{`.finding > .copyable`, run.Results[2].Curl},
			{`.finding .script`, run.Results[2].Script},
		} {
			p.is(fmt.Sprintf("document.querySelector(%q).querySelectorAll('button').length === 1", part.in))
			p.is(fmt.Sprintf("(e => { if (e.tagName === 'DETAILS') e.open = true; return true; })(document.querySelector(%q))", part.in))
			p.do(chromedp.Click(part.in + " button"))
			said := p.text(fmt.Sprintf(`new Promise(done => {
				const button = document.querySelector(%q);
				if (button.textContent !== 'Copy') return done(button.textContent);
				new MutationObserver(() => done(button.textContent)).observe(button, {childList: true});
			})`, part.in+" button"))
			if got := p.text(test.got); said != test.said || strings.TrimRight(got, "\n") != strings.TrimRight(part.want, "\n") {
				t.Errorf("%s: the button says %q, and the text is %q", part.in, said, got)
			}
		}
	}
	// The real clipboard, as a page may use it after a click.
	p := b.open(t, run, desktop)
	p.do(chromedp.Click(".finding > .copyable button"))
	p.is(`['Copied', 'Selected'].includes(document.querySelector('.finding > .copyable button').textContent) || new Promise(done => new MutationObserver(() => done(true)).observe(document.querySelector('.finding > .copyable button'), {childList: true}))`)
}
