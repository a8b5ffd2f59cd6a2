package reports

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestBrowser opens reports in the Chromium that ASSAY_BROWSER names. Without the
// variable it is skipped, even if the machine has a browser: what a machine has must not
// change a result. CI sets the variable.
func TestBrowser(t *testing.T) {
	program := os.Getenv("ASSAY_BROWSER")
	if program == "" {
		t.Skip("ASSAY_BROWSER does not name a Chromium")
	}
	b := startBrowser(t, program)
	for _, test := range []struct {
		name string
		run  func(*testing.T, *browser)
	}{
		{"axe finds nothing", axeFindsNothing},
		{"search and filters", searchAndFilters},
		{"each filter alone", eachFilterAlone},
		{"anchors", anchorsOpen},
		{"links within", linksWithin},
		{"copy", copyButtons},
		{"print", prints},
		{"phone", phone},
		{"first screen", firstScreen},
		{"hostile", hostileTextRunsNothing},
		{"policy", policyHolds},
		{"without JavaScript", withoutScript},
		{"large", largeReport},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, b) })
	}
}

// browser is a running Chromium.
type browser struct{ ctx context.Context }

func startBrowser(t *testing.T, program string) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(program), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.UserDataDir(t.TempDir()),
	)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("%s does not start: %v", program, err)
	}
	return &browser{ctx}
}

// look is how a page is looked at.
type look struct {
	width, height int64
	dark          bool
	print         bool
	fragment      string // with its #
	noScript      bool
}

var desktop, mobile = look{width: 1400, height: 900}, look{width: 400, height: 800}

// tab is a report in the browser.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu      sync.Mutex
	dialogs []string
	// requests are the URLs that were requested, except for the page itself.
	requests []string
}

// tabLimit ends a tab that hangs.
const tabLimit = 2 * time.Minute

// open shows the report of the run.
func (b *browser) open(t *testing.T, run *Run, l look) *tab {
	t.Helper()
	var out strings.Builder
	if err := WriteHTML(&out, run); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	address := "file://" + path + l.fragment
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, tabLimit)
	t.Cleanup(cancel)
	p := &tab{t: t, ctx: ctx}
	err := chromedp.Listen(ctx, func(event any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch e := event.(type) {
		case *cdppage.EventJavascriptDialogOpening:
			p.dialogs = append(p.dialogs, e.Message)
			go func() {
				_, _ = chromedp.Call(ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true})
			}()
		case *network.EventRequestWillBeSent:
			if e.Request.URL != "file://"+path {
				p.requests = append(p.requests, e.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	scheme := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: map[bool]string{false: "light", true: "dark"}[l.dark]}
	medium := map[bool]string{true: "print"}[l.print]
	p.do(
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{scheme}}),
		call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.noScript}),
		chromedp.EmulateViewport(l.width, l.height), chromedp.Navigate(address),
	)
	if dir := os.Getenv("ASSAY_BROWSER_PICTURES"); dir != "" {
		p.picture(filepath.Join(dir, strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())+".png"))
	}
	return p
}

// picture writes what the tab shows to a file.
func (p *tab) picture(path string) {
	p.t.Helper()
	image, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, image, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// call sends a command of the DevTools protocol.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, command, params)
		return err
	})
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// value is the value of the JavaScript expression, or of its promise.
func value[T any](p *tab, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (p *tab) text(expression string) string {
	p.t.Helper()
	return value[string](p, "(async () => String(await ("+expression+")))()")
}

func (p *tab) number(expression string) float64 {
	p.t.Helper()
	return value[float64](p, "Number("+expression+")")
}

// is fails unless the expression is true.
func (p *tab) is(expression string) {
	p.t.Helper()
	if !value[bool](p, "(async () => Boolean(await ("+expression+")))()") {
		p.t.Errorf("not true: %s", expression)
	}
}

// openAll opens every details.
func (p *tab) openAll() {
	p.t.Helper()
	p.is(`document.querySelectorAll('details').forEach(d => d.open = true) === undefined`)
}

// keepPDF keeps a printed report, if the pictures are kept.
func keepPDF(t *testing.T, pdf []byte) {
	t.Helper()
	if dir := os.Getenv("ASSAY_BROWSER_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())+".pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
