package behaviour

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// DigestHeader is the header that names the digest of the content.
const DigestHeader = "Docker-Content-Digest"

// Change is done to an answer.
type Change func(*Answer)

// All makes one change after the other.
func All(changes ...Change) Change {
	return func(a *Answer) {
		for _, c := range changes {
			c(a)
		}
	}
}

// If makes changes to the answers that the check matches.
func If(check func(*Answer) bool, changes ...Change) Change {
	return func(a *Answer) {
		if check(a) {
			All(changes...)(a)
		}
	}
}

// OK makes changes to successes, 200 to 299.
func OK(changes ...Change) Change { return If((*Answer).OK, changes...) }

// Refused makes changes to refusals, 400 and above.
func Refused(changes ...Change) Change {
	return If(func(a *Answer) bool { return a.Status >= 400 }, changes...)
}

// On makes changes to the answers with one status.
func On(code int, changes ...Change) Change {
	return If(func(a *Answer) bool { return a.Status == code }, changes...)
}

// Status is another status.
func Status(code int) Change { return func(a *Answer) { a.Status = code } }

// Set sets a header.
func Set(name, value string) Change { return func(a *Answer) { a.Header.Set(name, value) } }

// Del removes headers.
func Del(names ...string) Change {
	return func(a *Answer) {
		for _, name := range names {
			a.Header.Del(name)
		}
	}
}

// SetFrom sets a header to what f makes of its value, if it has one.
func SetFrom(name string, f func(string) string) Change {
	return func(a *Answer) {
		if value := a.Header.Get(name); value != "" {
			a.Header.Set(name, f(value))
		}
	}
}

// SetRequested sets a header to what f makes of the request.
func SetRequested(name string, f func(*http.Request) string) Change {
	return func(a *Answer) { a.Header.Set(name, f(a.Request)) }
}

// AddLength adds n to Content-Length, which only answers to HEAD have of their
// own.
func AddLength(n int) Change {
	return SetFrom("Content-Length", func(value string) string {
		size, _ := strconv.Atoi(value)
		return strconv.Itoa(size + n)
	})
}

// Body replaces the body.
func Body(f func([]byte) []byte) Change { return func(a *Answer) { a.Body = f(a.Body) } }

// Text is a body of these bytes.
func Text(contentType, content string) Change {
	return func(a *Answer) {
		a.Header.Set("Content-Type", contentType)
		a.Body = []byte(content)
	}
}

// EditJSON edits a body that is a JSON object. Others stay as they are, as do
// those in which nothing is to be edited: every byte of a manifest counts.
func EditJSON(edit func(Object)) Change {
	return func(a *Answer) {
		var d Object
		if json.Unmarshal(a.Body, &d) != nil {
			return
		}
		before, _ := json.Marshal(d) // it came from JSON
		edit(d)
		if after, _ := json.Marshal(d); !bytes.Equal(before, after) {
			a.Body = after
		}
	}
}

// OnlyMember gives one member of a JSON object instead of the object.
func OnlyMember(name string) Change {
	return Body(func(b []byte) []byte {
		var d map[string]json.RawMessage
		_ = json.Unmarshal(b, &d) // it came from JSON
		return d[name]
	})
}

// Warning is a header Warning.
func Warning(value string) Change { return Set("Warning", value) }

// Where makes changes to the successes that the check matches.
func Where(check func(*Answer) bool, changes ...Change) Change { return OK(If(check, changes...)) }

// TypeJSON is a Content-Type that says nothing.
var TypeJSON = OK(Set("Content-Type", "application/json"))

// Add adds a header beside those of its name.
func Add(name, value string) Change { return func(a *Answer) { a.Header.Add(name, value) } }

// SetAbsent sets a header that is not there.
func SetAbsent(name, value string) Change {
	return func(a *Answer) {
		if a.Header.Get(name) == "" {
			a.Header.Set(name, value)
		}
	}
}

// MoveHeader gives a header another name.
func MoveHeader(old, new string) Change {
	return func(a *Answer) {
		a.Header.Set(new, a.Header.Get(old))
		a.Header.Del(old)
	}
}

// SplitHeader makes a header of each part of one.
func SplitHeader(name, separator string) Change {
	return func(a *Answer) {
		parts := strings.Split(a.Header.Get(name), separator)
		a.Header.Del(name)
		for _, part := range parts {
			if part != "" {
				a.Header.Add(name, part)
			}
		}
	}
}
