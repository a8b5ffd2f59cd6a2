package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// pageLimit bounds the number of pages of a list: a list may have pages without
// end.
const pageLimit = 2000

// Pages follows rel="next" from the first page of a list. It returns the pages that
// came with 200, the first included. It stops when the list repeats itself; see [Walk].
func (r *Repository) Pages(ctx context.Context, first *Exchange) []*Exchange {
	return r.Walk(ctx, first).Pages
}

// Walk is a list whose Links were followed.
type Walk struct {
	// Pages are the pages that came with success, the first included.
	Pages []*Exchange
	// Broken is an answer that was no success and came instead of a page; nil if there
	// was none.
	Broken *Exchange
	// Repeating is the page whose Link leads back to an earlier page; nil if there is
	// none. How says in words where the Link leads.
	Repeating *Exchange
	How       string
}

// Walk follows rel="next" from the first page of a list. It ends at a page without such
// a Link, at an answer that is no success, and when the list repeats itself. A list
// repeats itself if a Link leads to an address that was followed before, or if a page
// with entries has the same content as an earlier page. Such a repeated page is not
// among the pages.
func (r *Repository) Walk(ctx context.Context, first *Exchange) Walk {
	w := Walk{Pages: []*Exchange{first}}
	followed := map[string]bool{}
	if first.URL != nil {
		followed[address(first.URL)] = true
	}
	for page := first; len(w.Pages) < pageLimit; {
		next, err := page.Next()
		if err != nil || next == nil {
			return w
		}
		if followed[address(next)] {
			w.Repeating, w.How = page, fmt.Sprintf("Link: %s, which was requested before", strings.Join(page.Header.Values("Link"), ", "))
			return w
		}
		followed[address(next)] = true
		further := r.Get(ctx, first.Endpoint, next)
		if !further.OK() {
			w.Broken = further
			return w
		}
		for _, before := range w.Pages {
			if hasEntries(further) && bytes.Equal(before.Body, further.Body) {
				w.Repeating, w.How = page, fmt.Sprintf("Link: %s, which returns the same page again", strings.Join(page.Header.Values("Link"), ", "))
				return w
			}
		}
		w.Pages = append(w.Pages, further)
		page = further
	}
	return w
}

// address is a URL as it is sent: without the fragment.
func address(u *url.URL) string {
	sent := *u
	sent.Fragment, sent.RawFragment = "", ""
	return sent.String()
}

// hasEntries says whether a page has entries. A registry may send several empty pages,
// which are equal.
func hasEntries(page *Exchange) bool {
	var list struct{ Tags, Manifests []json.RawMessage }
	return page.JSON(&list) == nil && len(list.Tags)+len(list.Manifests) > 0
}
