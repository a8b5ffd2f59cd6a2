package reference

import (
	"net/http"
	"slices"
	"strings"
)

// holds says whether the conditions of a request to push a tag hold (RFC 9110, section
// 13.1). The ETag of a tag is its digest, in quotation marks. The repository must be locked.
func (repo *repository) holds(header http.Header, tag string) bool {
	d, exists := repo.tags[tag]
	matches := func(name string) bool {
		tags := strings.Split(header.Get(name), ",")
		return exists && slices.ContainsFunc(tags, func(t string) bool {
			t = strings.TrimSpace(t)
			return t == "*" || t == `"`+d+`"`
		})
	}
	if header.Get("If-Match") != "" && !matches("If-Match") {
		return false
	}
	return header.Get("If-None-Match") == "" || !matches("If-None-Match")
}
