package repeat

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/wire"
)

// Check is how a script finds out whether an answer is as expected. The zero value
// compares the answer with the first one.
type Check struct {
	// kept is a function of the library with its arguments, without the number of the
	// answer. If it succeeds, the answer is as expected.
	kept []string
	// exact says that the answer is wrong whenever kept fails. Otherwise the answer is
	// wrong only if it is the same as the first time.
	exact bool
	// headers count when the answer is compared with the first one.
	headers []string
}

func exactly(function string, args ...string) Check {
	return Check{kept: append([]string{function}, args...), exact: true}
}

// Answered expects any answer.
func Answered() Check { return exactly("answered") }

// Status expects one of the status codes.
func Status(codes ...int) Check { return exactly("status_is", numbers(codes)...) }

// StatusNot expects any status but these.
func StatusNot(codes ...int) Check { return exactly("status_is_not", numbers(codes)...) }

// StatusLike expects a status that matches one of the patterns, such as 4??.
func StatusLike(patterns ...string) Check { return exactly("status_is", patterns...) }

// Header expects a header with this value.
func Header(name, value string) Check { return exactly("header_is", name, value) }

// AnyHeader expects a header that is not empty.
func AnyHeader(name string) Check { return exactly("has_header", name) }

// AnyHop expects a header in the answer, or in a redirect that led to it.
func AnyHop(name string) Check { return exactly("has_header_on_any_hop", name) }

// NoHeader expects a header to be absent.
func NoHeader(name string) Check { return exactly("has_no_header", name) }

// Location expects a Location.
func Location() Check { return exactly("has_location") }

// ContentType expects a media type, with or without parameters.
func ContentType(mediaType string) Check { return exactly("type_is", strings.ToLower(mediaType)) }

// Body expects these bytes.
func Body(content []byte) Check { return exactly("body_is", digest.FromBytes(content).String()) }

// DigestOf expects a Docker-Content-Digest of the content, or none.
func DigestOf(content []byte) Check {
	return exactly("digest_is", digest.FromBytes(content).String(), digest.SHA512.FromBytes(content).String())
}

// Mentions expects a success with a body that has the word, such as a digest or a tag.
func Mentions(word string) Check { return exactly("mentions", word) }

// Omits expects a success with a body that does not have the word.
func Omits(word string) Check { return exactly("omits", word) }

func numbers(codes []int) []string {
	var all []string
	for _, c := range codes {
		all = append(all, strconv.Itoa(c))
	}
	return all
}

// Learn makes a check of a judgement that only Go code can make. It asks keeps about
// the exchange with each other status. If some of them change the judgement, they are
// as expected; an answer that has none of them is wrong if it is the same as before.
// expected and received are the words of the judgement: headers that they name count.
func Learn(ex *wire.Exchange, keeps func(*wire.Exchange) bool, expected, received string) Check {
	if ex == nil {
		return Check{}
	}
	c := Check{headers: headersIn(ex, expected+" "+received)}
	var codes []int
	for code := 100; code < 600; code++ {
		other := *ex
		other.Status = code
		if keeps(&other) {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		return c
	}
	c.kept = StatusLike(patterns(codes)...).kept
	return c
}

// patterns returns the status codes, with 4?? for all that begin with 4.
func patterns(codes []int) []string {
	var all []string
	for class := 1; class <= 5; class++ {
		of := slices.DeleteFunc(slices.Clone(codes), func(code int) bool { return code/100 != class })
		if len(of) == 100 {
			all = append(all, fmt.Sprintf("%d??", class))
		} else {
			// The others are not in use.
			all = append(all, numbers(slices.DeleteFunc(of, func(code int) bool { return http.StatusText(code) == "" }))...)
		}
	}
	return all
}

var headerName = regexp.MustCompile(`\b(Location|Link|Range|Warning|[A-Z][A-Za-z]*(-[A-Z][A-Za-z0-9]+)+)\b`)

// headersIn returns the headers that the text names.
func headersIn(ex *wire.Exchange, text string) []string {
	var names []string
	for _, name := range headerName.FindAllString(text, -1) {
		name = http.CanonicalHeaderKey(name)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for name, values := range ex.Header {
		if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(text, name+": "+v) }) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if strings.Contains(text, "of warnings") {
		names = append(names, "Warning")
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// command is the call of the library's function for an answer.
func (c Check) command(n int) string {
	var line bytes.Buffer
	fmt.Fprintf(&line, "%s %d", c.kept[0], n)
	for _, arg := range c.kept[1:] {
		line.WriteString(" " + word(arg))
	}
	return line.String()
}
