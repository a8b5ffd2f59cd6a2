package behaviour

import (
	"net/http"
	"regexp"
	"strings"

	"assay/wire"
)

// Belief changes what the client believes that it received.
type Belief func(*wire.Exchange)

// Status is the status that the client believes in.
func Status(status int) Belief {
	return func(ex *wire.Exchange) { ex.Status, ex.Err = status, nil }
}

// On applies beliefs to answers of one status.
func On(status int, beliefs ...Belief) Belief {
	return func(ex *wire.Exchange) {
		if ex.Status != status || ex.Err != nil {
			return
		}
		for _, b := range beliefs {
			b(ex)
		}
	}
}

// If applies beliefs to answers in which something is seen.
func If(seen Seen, beliefs ...Belief) Belief {
	return func(ex *wire.Exchange) {
		if !seen(ex) {
			return
		}
		for _, b := range beliefs {
			b(ex)
		}
	}
}

// Unless applies beliefs to answers in which something is not seen.
func Unless(seen Seen, beliefs ...Belief) Belief {
	return If(func(ex *wire.Exchange) bool { return !seen(ex) }, beliefs...)
}

// Trusting takes a refusal for success.
func Trusting(ex *wire.Exchange) {
	if Refused(ex) {
		Status(http.StatusCreated)(ex)
	}
}

// AnswerHeader sets a header of the answer.
func AnswerHeader(name, value string) Belief {
	return func(ex *wire.Exchange) { ex.Header.Set(name, value) }
}

// NoHeader removes a header of the answer.
func NoHeader(name string) Belief { return func(ex *wire.Exchange) { ex.Header.Del(name) } }

// AnswerBody replaces the content of the answer.
func AnswerBody(mediaType, content string) Belief {
	return func(ex *wire.Exchange) {
		ex.Body, ex.BodySize = []byte(content), int64(len(content))
		ex.Header.Set("Content-Type", mediaType)
	}
}

// Settled takes an answer that broke off for a whole one.
func Settled(ex *wire.Exchange) {
	if ex.Status != 0 {
		ex.Err = nil
	}
}

// BeginsEarlier takes a part of a blob for one that begins one byte earlier.
func BeginsEarlier(ex *wire.Exchange) {
	if value := ex.Header.Get("Content-Range"); value != "" {
		ex.Header.Set("Content-Range", shifted(value, -1))
	}
}

// Seen is what a client may notice in an answer.
type Seen func(*wire.Exchange) bool

// WithStatus is an answer with one of the statuses.
func WithStatus(statuses ...int) Seen {
	return func(ex *wire.Exchange) bool {
		for _, s := range statuses {
			if ex.Status == s {
				return true
			}
		}
		return false
	}
}

// Without is a success without a header.
func Without(header string) Seen {
	return func(ex *wire.Exchange) bool { return ex.OK() && ex.Header.Get(header) == "" }
}

// Having is an answer with a header.
func Having(header string) Seen {
	return func(ex *wire.Exchange) bool { return ex.Header.Get(header) != "" }
}

// HeaderHas is an answer whose header has a text.
func HeaderHas(name, text string) Seen {
	return func(ex *wire.Exchange) bool { return strings.Contains(ex.Header.Get(name), text) }
}

// NoTags is the only page of a list of tags, without any.
func NoTags(ex *wire.Exchange) bool {
	var list struct{ Tags []string }
	return ex.OK() && ex.JSON(&list) == nil && len(list.Tags) == 0 && ex.Header.Get("Link") == "" && !ex.URL.Query().Has("last")
}

// Refused is an answer that is no success.
func Refused(ex *wire.Exchange) bool { return ex.Status >= http.StatusBadRequest }

// ErrorPage is a refusal whose content is not JSON.
func ErrorPage(ex *wire.Exchange) bool { return Refused(ex) && !ex.IsJSON() }

// LocationLike is a Location that matches.
func LocationLike(pattern string) Seen {
	re := regexp.MustCompile(pattern)
	return func(ex *wire.Exchange) bool {
		location := ex.Header.Get("Location")
		return location != "" && re.MatchString(location)
	}
}

// LocationElsewhere is a Location on another host than the one that answered.
func LocationElsewhere(ex *wire.Exchange) bool {
	location, err := ex.Location()
	return err == nil && location.Host != ex.URL.Host
}

// NoList is a success that is no image index.
func NoList(ex *wire.Exchange) bool { return ex.OK() && !AnIndex(ex) }
