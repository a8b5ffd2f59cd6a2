package client

import (
	"context"
	"fmt"
	"net/http"

	"assay/wire"
)

// pages follows the Links of a list from its first page, and calls take with each page. It
// ends when a Link leads to a page that was there already.
func (r *remote) pages(ctx context.Context, first *wire.Exchange, take func(*wire.Exchange) error) (last *wire.Exchange, err error) {
	seen := map[string]bool{first.URL.String(): true}
	for page := first; ; {
		if !page.OK() {
			return page, refusal(page)
		}
		if err := take(page); err != nil {
			return page, err
		}
		next, err := page.Next()
		if err != nil {
			return page, err
		}
		if next == nil || seen[next.String()] {
			return page, nil
		}
		seen[next.String()] = true
		page = r.ask(ctx, first.Endpoint, http.MethodGet, next, toPull)
	}
}

// tags prints all tags (distribution-spec, "Listing Tags").
func (c *client) tags(ctx context.Context, r *remote) error {
	u := r.at("tags/list")
	if c.TagPage > 0 {
		u = wire.AddQuery(u, "n", fmt.Sprint(c.TagPage))
	}
	page := r.ask(ctx, wire.EndTags, http.MethodGet, u, toPull)
	var all []string
	known := map[string]bool{}
	for {
		got := 0
		last, err := r.pages(ctx, page, func(ex *wire.Exchange) error {
			var body struct{ Tags []string }
			if err := ex.JSON(&body); err != nil {
				return err
			}
			for _, tag := range body.Tags {
				if !known[tag] {
					all, got = append(all, tag), got+1
				}
				known[tag] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
		// Older registries do not send a Link.
		if c.TagPage == 0 || got < c.TagPage || len(last.Header.Values("Link")) > 0 {
			break
		}
		page = r.ask(ctx, wire.EndTags, http.MethodGet, wire.AddQuery(u, "last", c.Last(all)), toPull)
	}
	for _, tag := range all {
		fmt.Fprintln(c.out, tag)
	}
	return nil
}
