package client

import (
	"fmt"
	"io"
	"regexp"
	"sync"

	"assay/wire"
)

// warnings shows the Warning headers of all answers, each text once (distribution-spec,
// "Warnings"). Nothing else comes of them.
type warnings struct {
	to io.Writer

	mu    sync.Mutex
	shown map[string]bool
}

// warningText is the text of a warning of the form that registries may send.
var warningText = regexp.MustCompile(`299 - "((?:[^"\\]|\\.)*)"`)

func (w *warnings) show(ex *wire.Exchange) {
	headers := ex.Header.Values("Warning")
	for _, hop := range ex.Hops {
		headers = append(headers, hop.Header.Values("Warning")...)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, header := range headers {
		for _, found := range warningText.FindAllStringSubmatch(header, -1) {
			if w.shown[found[1]] {
				continue
			}
			if w.shown == nil {
				w.shown = map[string]bool{}
			}
			w.shown[found[1]] = true
			fmt.Fprintln(w.to, "warning:", found[1])
		}
	}
}
