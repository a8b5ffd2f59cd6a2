package scenarios

import (
	"fmt"
	"strings"

	"assay/conformance/client/stage"
	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

// Lists of tags.
var (
	PlainTags = add(scenario{
		Name: "tags", Does: "answers as the specification has it", Shows: require.ClientDiscoveryTagsList, Steps: tags, Before: fiveTags,
	})
	TagsLink = add(scenario{
		Name: "tags-link", Does: "lists two tags in a page, with a Link to the next page", Steps: tags, Before: fiveTags,
		Behaviour: does(OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsLinkQuery = add(scenario{
		Name: "tags-link-query", Does: "lists two tags in a page, with a Link whose query only the registry understands", Steps: tags, Before: fiveTags,
		Behaviour: does(TokenPages(ListTags), OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsLinkAbsolute = add(scenario{
		Name: "tags-link-absolute", Does: "lists two tags in a page, with an absolute Link to the next page", Steps: tags, Before: fiveTags,
		Behaviour: does(OnAnswer(ListTags, AbsoluteLink), OnRequest(ListTags, SetParameter("n", "2"))),
	})
	TagsWithoutLink = add(scenario{
		Name: "tags-without-link", Does: "has 1100 tags, and sends no Link to a client that asks for n of them", Steps: tags,
		Before: func(w *stage.World) {
			w.Hold(w.Image, "")
			var names []string
			for i := range manyTags {
				names = append(names, fmt.Sprintf("tag-%04d", i))
			}
			w.HoldTags(w.Image, names)
		},
		Behaviour: does(OnAnswer(ListTags, Del("Link"))),
	})
)

const manyTags = 1100

func fiveTags(w *stage.World) {
	for _, tag := range strings.Fields("v1 v2 v10 latest stable") {
		w.Hold(w.Image, tag)
	}
}
