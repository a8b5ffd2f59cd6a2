package repeat

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/wire"
)

// verdict are the lines that say whether the fault shows.
func (s *script) verdict() string {
	n, c := len(s.exchanges), s.story.Check
	judged := s.exchanges[n-1]
	var out strings.Builder
	told := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&out, "echo %s\n", word(name+value))
		}
	}
	fmt.Fprintln(&out, "echo")
	told("expected:       ", s.story.Expected)
	told("the first time: ", firstLine(s.story.Received, s.story.Message))
	fmt.Fprintf(&out, "echo \"now:            status $(status %d)\"\n", n)
	if s.missing != "" {
		fmt.Fprintf(&out, "echo %s\nexit 2\n", word("this cannot be repeated: "+s.missing))
		return out.String()
	}
	fmt.Fprintf(&out, "if [ -z \"$(address %d)\" ]; then\n\techo 'this could not be repeated: the request was not sent'\n\texit 2\nfi\n", n)
	if len(c.kept) > 0 {
		fmt.Fprintf(&out, "if %s; then\n\techo 'no fault: the answer is as expected'\n\texit 0\nfi\n", c.command(n))
	}
	if !c.exact {
		s.compare(&out, n, judged)
	}
	fmt.Fprintln(&out, "echo 'the fault shows'\nexit 1")
	return out.String()
}

// listLimit is the longest list of referrers, in bytes, that a script spells out. Its
// entries may come in any order, so that a digest of the list would not do.
const listLimit = 64 << 10

// compare writes the lines that compare the answer with the first one.
func (s *script) compare(out *strings.Builder, n int, judged *wire.Exchange) {
	fmt.Fprintln(out, "# What came the first time:")
	fmt.Fprintf(out, "echo '%03d %s' >\"$work/first.end\"\n", judged.Status, "-")
	fmt.Fprintln(out, `cat >"$work/first.head" <<'END'`)
	names := append([]string{"Content-Type"}, s.story.Check.headers...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		for _, value := range wire.RedactHeader(judged.Header)[http.CanonicalHeaderKey(name)] {
			fmt.Fprintf(out, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintln(out, "END")
	var words []string
	limit := textLimit
	if judged.Endpoint == wire.EndReferrers {
		limit = listLimit
	}
	switch {
	case judged.Method == http.MethodHead || len(judged.Body) == 0:
		fmt.Fprintln(out, `: >"$work/first.body"`)
	case judged.Cut() || len(judged.Body) > limit:
		fmt.Fprintf(out, "# Its body had %d bytes.\necho %s >\"$work/first.digest\"\n", judged.BodySize, judged.BodyDigest)
	default:
		fmt.Fprintf(out, "%s >\"$work/first.body\"\n", spelled([]byte(wire.RedactText(string(judged.Body)))))
		words = s.own(judged)
	}
	if strings.HasPrefix(judged.MediaType(), "multipart/") {
		fmt.Fprintln(out, "kind=parts")
	}
	if judged.Endpoint == wire.EndReferrers {
		fmt.Fprintln(out, "kind=set")
	}
	if len(words) > 0 {
		fmt.Fprintf(out, "words=%s # the list had others, too\n", word(strings.Join(words, "\n")))
	}
	command := fmt.Sprintf("same %d first", n)
	for _, name := range s.story.Check.headers {
		command += " " + name
	}
	fmt.Fprintf(out, "if ! %s; then\n\techo 'no fault: the answer is another than the first time'\n\texit 0\nfi\n", command)
}

var (
	digests = regexp.MustCompile(`sha(256|512):[0-9a-f]{64,128}`)
	tags    = regexp.MustCompile(`"assay-[0-9a-f]+"`)
)

// own returns the digests and tags in the body of a list that the script itself pushes,
// if the body has others, too. It is nil if the body has no others.
func (s *script) own(judged *wire.Exchange) []string {
	if judged.Endpoint != wire.EndTags && judged.Endpoint != wire.EndReferrers {
		return nil
	}
	var texts strings.Builder
	for _, ex := range s.exchanges {
		if ex.Endpoint == wire.EndManifestPut {
			fmt.Fprintln(&texts, asked(ex).String(), ex.Request.Digest(), digest.SHA512.FromBytes(ex.Request.Body))
		}
	}
	sent := texts.String()
	var ours []string
	others := false
	for _, expression := range []*regexp.Regexp{digests, tags} {
		for _, found := range expression.FindAllString(string(judged.Body), -1) {
			found = strings.Trim(found, `"`)
			switch {
			case !strings.Contains(sent, found):
				others = true
			case !slices.Contains(ours, found):
				ours = append(ours, found)
			}
		}
	}
	if !others {
		return nil
	}
	return append(ours, "nothing else")
}

func firstLine(texts ...string) string {
	for _, t := range texts {
		if line, _, _ := strings.Cut(strings.TrimSpace(t), "\n"); line != "" {
			return line
		}
	}
	return ""
}

//go:embed library.sh
var library string

// functions returns the functions of the library that the text needs, in their order.
func functions(text string) string {
	blocks := strings.Split(strings.TrimSpace(library), "\n\n")
	needed := map[int]bool{}
	for again := true; again; {
		again = false
		for i, block := range blocks {
			name := nameOf(block)
			// The first question is quick.
			if !needed[i] && strings.Contains(text, name) && regexp.MustCompile(`\b`+name+`\b`).MatchString(text) {
				needed[i], again = true, true
				text += "\n" + withoutComments(block)
			}
		}
	}
	var chosen []string
	for i, block := range blocks {
		if needed[i] {
			chosen = append(chosen, block)
		}
	}
	return strings.Join(chosen, "\n\n") + "\n"
}

// nameOf is the name of the function in a block.
func nameOf(block string) string {
	for line := range strings.Lines(block) {
		if name, _, ok := strings.Cut(line, "()"); ok && !strings.HasPrefix(line, "#") {
			return name
		}
	}
	return block
}

func withoutComments(block string) string {
	var lines []string
	for line := range strings.Lines(block) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "")
}
