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

// Change edits an answer.
type Change func(*Answer)

// All makes the changes one after another.
func All(changes ...Change) Change {
	return func(a *Answer) {
		for _, c := range changes {
			c(a)
		}
	}
}

// If makes the changes when the check matches the answer.
func If(check func(*Answer) bool, changes ...Change) Change {
	return func(a *Answer) {
		if check(a) {
			All(changes...)(a)
		}
	}
}

// OK makes the changes when the answer is a success, 200 to 299.
func OK(changes ...Change) Change { return If((*Answer).OK, changes...) }

// Refused makes the changes when the answer is a refusal, 400 and above.
func Refused(changes ...Change) Change {
	return If(func(a *Answer) bool { return a.Status >= 400 }, changes...)
}

// On makes the changes when the answer has this status.
func On(code int, changes ...Change) Change {
	return If(func(a *Answer) bool { return a.Status == code }, changes...)
}

// Status changes the status.
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

// SetFrom replaces the value of a header by the result of f. It does nothing when the
// header is missing.
func SetFrom(name string, f func(string) string) Change {
	return func(a *Answer) {
		if value := a.Header.Get(name); value != "" {
			a.Header.Set(name, f(value))
		}
	}
}

// SetRequested sets a header to the result of f for the request.
func SetRequested(name string, f func(*http.Request) string) Change {
	return func(a *Answer) { a.Header.Set(name, f(a.Request)) }
}

// AddLength adds n to Content-Length. It only has an effect on answers to HEAD: in
// other answers the length follows the body.
func AddLength(n int) Change {
	return SetFrom("Content-Length", func(value string) string {
		size, _ := strconv.Atoi(value)
		return strconv.Itoa(size + n)
	})
}

// Body replaces the body.
func Body(f func([]byte) []byte) Change { return func(a *Answer) { a.Body = f(a.Body) } }

// Text sets the type and the bytes of the body.
func Text(contentType, content string) Change {
	return func(a *Answer) {
		a.Header.Set("Content-Type", contentType)
		a.Body = []byte(content)
	}
}

// EditJSON edits a body that is a JSON object. Other bodies stay as they are. So do
// bodies that the edit does not change, because every byte of a manifest counts.
func EditJSON(edit func(Object)) Change {
	return func(a *Answer) {
		var d Object
		if json.Unmarshal(a.Body, &d) != nil {
			return
		}
		before, _ := json.Marshal(d) // d was decoded from JSON
		edit(d)
		if after, _ := json.Marshal(d); !bytes.Equal(before, after) {
			a.Body = after
		}
	}
}

// OnlyMember replaces a JSON object by one of its members.
func OnlyMember(name string) Change {
	return Body(func(b []byte) []byte {
		var d map[string]json.RawMessage
		_ = json.Unmarshal(b, &d) // the body is JSON
		return d[name]
	})
}

// Warning sets the header Warning.
func Warning(value string) Change { return Set("Warning", value) }

// Where makes the changes when the answer is a success and the check matches it.
func Where(check func(*Answer) bool, changes ...Change) Change { return OK(If(check, changes...)) }

// TypeJSON sets a Content-Type that does not name a manifest type.
var TypeJSON = OK(Set("Content-Type", "application/json"))

// Add adds a header. Headers of the same name stay.
func Add(name, value string) Change { return func(a *Answer) { a.Header.Add(name, value) } }

// SetAbsent sets a header when it is missing.
func SetAbsent(name, value string) Change {
	return func(a *Answer) {
		if a.Header.Get(name) == "" {
			a.Header.Set(name, value)
		}
	}
}

// MoveHeader renames a header.
func MoveHeader(old, new string) Change {
	return func(a *Answer) {
		a.Header.Set(new, a.Header.Get(old))
		a.Header.Del(old)
	}
}

// SplitHeader splits the value of a header into several headers of the same name.
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
