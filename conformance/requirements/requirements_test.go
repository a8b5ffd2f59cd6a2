package requirements

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestTheCatalogueLoads(t *testing.T) {
	all, err := load()
	if err != nil {
		t.Fatal(err)
	}
	for _, workflow := range Workflows() {
		if !slices.ContainsFunc(all, func(r Requirement) bool { return r.Workflow == workflow && r.Party == Registry }) {
			t.Errorf("nothing is asked of a registry on %s", workflow)
		}
	}
	for _, workflow := range ClientWorkflows() {
		if !slices.ContainsFunc(all, func(r Requirement) bool { return r.Workflow == workflow && r.Party == Client }) {
			t.Errorf("nothing is asked of a client on %s", workflow)
		}
	}
}

// everything is what is asked of registries and of clients.
func everything() []Requirement { return slices.Concat(All(), OfClients()) }

func TestEveryRequirementHasLevels(t *testing.T) {
	for _, r := range everything() {
		levels := 0
		for _, v := range Versions() {
			if _, ok := r.Level(v); ok {
				levels++
			}
		}
		if levels == 0 || levels != len(r.Levels) {
			t.Errorf("%s has a level in %d versions of %d that it names", r.ID, levels, len(r.Levels))
		}
	}
}

// What the texts imply is a MUST or a SHOULD in one of them: behaviour that no
// text demands is implied by none.
func TestWhatIsImpliedBinds(t *testing.T) {
	for _, r := range everything() {
		binds := false
		for _, level := range r.Levels {
			binds = binds || level == Must || level == Should
		}
		if r.Implied && !binds {
			t.Errorf("%s is implied, and binds nobody: %v", r.ID, r.Levels)
		}
	}
}

var (
	endpoint = regexp.MustCompile(`^end-(1|2|3|4[abc]|5|6|7[ab]|8[ab]|9|10|11|12[ab]|13|14)$`)
	keyWord  = regexp.MustCompile(`\b(MUST|SHOULD|SHALL|MAY|REQUIRED|RECOMMENDED|OPTIONAL)\b`)
	thread   = regexp.MustCompile(`^https://github\.com/[\w.-]+/[\w.-]+/(issues|pull|security/advisories)/[\w-]+$`)
)

func TestEveryFieldIsWellFormed(t *testing.T) {
	for _, r := range everything() {
		for _, e := range r.Endpoints {
			if !endpoint.MatchString(e) {
				t.Errorf("%s: %q is no endpoint of the draft", r.ID, e)
			}
		}
		for _, address := range r.Threads {
			if !thread.MatchString(address) {
				t.Errorf("%s: %q is no thread", r.ID, address)
			}
		}
		if s := r.Summary; !strings.HasSuffix(s, ".") || strings.Contains(s, "\n") || len(s) > 120 || keyWord.MatchString(s) {
			t.Errorf("%s: a summary is one short sentence in our own words: %q", r.ID, s)
		}
	}
}

// A link leads to a heading that the text of that version has.
func TestEveryLinkLeadsToAHeading(t *testing.T) {
	data, err := os.ReadFile("testdata/headings.yaml")
	if err != nil {
		t.Fatal(err)
	}
	headings := map[string][]string{}
	if err := yaml.Unmarshal(data, &headings); err != nil {
		t.Fatal(err)
	}
	for _, r := range everything() {
		for v := range r.Levels {
			document, anchor, _ := strings.Cut(r.Link(v), "#")
			if !slices.Contains(headings[document], anchor) {
				t.Errorf("%s: %s has no heading %q", r.ID, document, anchor)
			}
		}
	}
}

func TestEveryRequirementHasOneConstant(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "ids.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	constants := map[ID]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		name, id := spec.Names[0].Name, ID(value)
		if other, ok := constants[id]; ok {
			t.Errorf("%s and %s are both %q", other, name, id)
		}
		constants[id] = name
		if _, ok := Get(id); !ok {
			t.Errorf("%s is %q, which the catalogue does not have", name, id)
		}
		return true
	})
	for _, r := range everything() {
		if constants[r.ID] == "" {
			t.Errorf("%s has no constant", r.ID)
		}
	}
}

func TestWhatIsWrongIsRefused(t *testing.T) {
	good := func() Requirement {
		return Requirement{
			ID: "pull.blob.get.status", Party: Registry, Workflow: Pull, Levels: map[Version]Level{V1_0: Must},
			Anchor: "pulling-blobs", Summary: "A blob is there.",
		}
	}
	if err := good().check(); err != nil {
		t.Fatalf("a sound requirement is refused: %v", err)
	}
	for name, spoil := range map[string]func(*Requirement){
		"an id of one word":        func(r *Requirement) { r.ID = "pull" },
		"an id in upper case":      func(r *Requirement) { r.ID = "pull.Blob" },
		"an id with a slash":       func(r *Requirement) { r.ID = "pull/blob" },
		"an id of another file":    func(r *Requirement) { r.ID = "push.blob" },
		"an id of a client alone":  func(r *Requirement) { r.Party = Client },
		"an unknown party":         func(r *Requirement) { r.Party = "proxy" },
		"no levels":                func(r *Requirement) { r.Levels = nil },
		"an unknown version":       func(r *Requirement) { r.Levels = map[Version]Level{"2.0": Must} },
		"an unknown level":         func(r *Requirement) { r.Levels = map[Version]Level{V1_0: "MIGHT"} },
		"an unknown source":        func(r *Requirement) { r.Source = "image-spec/config.md" },
		"no anchor":                func(r *Requirement) { r.Anchor = "" },
		"no summary":               func(r *Requirement) { r.Summary = "" },
		"an id that ends in a dot": func(r *Requirement) { r.ID = "pull.blob." },
	} {
		r := good()
		spoil(&r)
		if r.check() == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestLink(t *testing.T) {
	for _, c := range []struct {
		of   Requirement
		in   Version
		want string
	}{
		{Requirement{Anchor: "pulling-blobs"}, V1_1, "https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-blobs"},
		{Requirement{Anchor: "listing-tags"}, V1_0, "https://github.com/opencontainers/distribution-spec/blob/v1.0.1/spec.md#content-discovery"},
		{Requirement{Anchor: "listing-tags"}, Draft, "https://github.com/opencontainers/distribution-spec/blob/967efdc/spec.md#listing-tags"},
		{Requirement{Anchor: "sha-512", Source: ImageSpecDescr}, V1_0, "https://github.com/opencontainers/image-spec/blob/v1.0.1/descriptor.md#sha-512"},
	} {
		if got := c.of.Link(c.in); got != c.want {
			t.Errorf("the link is %s, want %s", got, c.want)
		}
	}
}

func TestParseVersion(t *testing.T) {
	for _, v := range Versions() {
		if got, err := ParseVersion(string(v)); err != nil || got != v {
			t.Errorf("ParseVersion(%q) = %q, %v", v, got, err)
		}
	}
	if _, err := ParseVersion("1.2"); err == nil || !strings.Contains(err.Error(), "1.0, 1.1 or draft") {
		t.Errorf("an unknown version gives the error %v", err)
	}
}

func TestGet(t *testing.T) {
	if r, ok := Get(PushBlobChunkRange); !ok || r.ID != PushBlobChunkRange || r.Workflow != Push {
		t.Errorf("Get gives %+v, %v", r, ok)
	}
	if _, ok := Get("push.nothing"); ok {
		t.Error("Get finds what is not there")
	}
}
