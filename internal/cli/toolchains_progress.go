package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"

	"assay/downlevel/toolchains/install"
)

// installing shows the progress of an installation: a line for each step and each
// result. On a terminal, a last line shows the current steps.
type installing struct {
	ctx   context.Context
	out   io.Writer
	items []install.Item

	mu       sync.Mutex
	underWay map[int]step
	width    int // of the terminal; 0 for none
	quit     chan struct{}
}

// step is the current step of an item.
type step struct {
	what  string
	since time.Time
}

// watchInstaller shows the progress of the installer, until close.
func watchInstaller(ctx context.Context, out io.Writer, in *install.Installer, items []install.Item) *installing {
	p := &installing{ctx: ctx, out: out, items: items, underWay: map[int]step{}, quit: make(chan struct{})}
	if isTerminal(out) {
		p.width, _, _ = term.GetSize(int(out.(*os.File).Fd()))
		go p.tick()
	}
	in.Doing, in.Done = p.doing, p.done
	return p
}

func (p *installing) close() {
	close(p.quit)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	p.width = 0
}

func (p *installing) doing(index int, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay[index] = step{what, time.Now()}
	if p.width == 0 {
		p.line(index, what)
	} else {
		p.draw()
	}
}

func (p *installing) done(index int, r install.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.underWay, index)
	if text := outcome(p.ctx, r); text != "" {
		p.line(index, text)
	}
	p.draw()
}

func (p *installing) line(index int, text string) {
	p.clear()
	fmt.Fprintf(p.out, "[%d/%d] %s: %s\n", index+1, len(p.items), p.items[index], oneLine(text))
}

// tick draws the last line again from time to time.
func (p *installing) tick() {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-p.quit:
			return
		case <-every.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		}
	}
}

func (p *installing) draw() {
	if p.width == 0 {
		return
	}
	p.clear()
	var steps []string
	for _, index := range slices.Sorted(maps.Keys(p.underWay)) {
		s := p.underWay[index]
		steps = append(steps, fmt.Sprintf("[%d/%d] %s: %s … %.0f s", index+1, len(p.items), p.items[index], s.what, time.Since(s.since).Seconds()))
	}
	text := []rune(strings.Join(steps, ", "))
	fmt.Fprint(p.out, string(text[:min(len(text), p.width-1)]))
}

// clear clears the last line.
func (p *installing) clear() {
	if p.width > 0 {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}

// outcome describes the result of one version; empty if its installation was not
// started.
func outcome(ctx context.Context, r install.Result) string {
	if r.Err != nil {
		if ctx.Err() != nil && errors.Is(r.Err, context.Cause(ctx)) {
			if r.Took == 0 {
				return ""
			}
			return "interrupted"
		}
		return "failed: " + strings.TrimPrefix(r.Err.Error(), r.Item.String()+": ")
	}
	text := "already installed"
	if !r.Already {
		text = fmt.Sprintf("installed in %s", r.Took.Round(time.Second/10))
	}
	if r.Size > 0 {
		text += ", " + megabytes(r.Size)
	}
	if r.Note != "" {
		text += " (" + r.Note + ")"
	}
	return text
}
