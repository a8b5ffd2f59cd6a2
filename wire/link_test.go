package wire_test

import (
	"strings"
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

func TestLinks(t *testing.T) {
	next := map[string]string{"rel": "next"}
	for value, want := range map[string][]wire.Link{
		``:                                       nil,
		` `:                                      nil,
		`,`:                                      nil,
		`</a>`:                                   {{"/a", map[string]string{}}},
		`<>; rel="next"`:                         {{"", next}},
		`</a>; rel="next"`:                       {{"/a", next}},
		`</a>;rel=next`:                          {{"/a", next}},
		"</a>\t; rel = \"next\"\t":               {{"/a", next}},
		`< /a >; REL=next`:                       {{"/a", next}},
		`</a>; rel=next;`:                        {{"/a", next}},
		`</a>;; rel=next`:                        {{"/a", next}},
		`</a>; rel=next; rel=last`:               {{"/a", next}},
		`</a>; rel="next", </b>; rel=next`:       {{"/a", next}, {"/b", next}},
		`</a>;rel=next,</b>;rel=next`:            {{"/a", next}, {"/b", next}},
		`, </a>; rel="next" ,, </b>;rel=next, ,`: {{"/a", next}, {"/b", next}},
		`</a?x=<b>; rel=next`:                    {{"/a?x=<b", next}},
		`</a?b=1,2;c>; rel=next`:                 {{"/a?b=1,2;c", next}},
		`</a>; title="b, <c>; \"d\" \\"; rel=next`: {{"/a", map[string]string{"title": `b, <c>; "d" \`, "rel": "next"}}},
		`</a>; title*=UTF-8''%e2%82%ac; rel=next`:  {{"/a", map[string]string{"title*": "UTF-8''%e2%82%ac", "rel": "next"}}},
		`</a>; rel=""`:                {{"/a", map[string]string{"rel": ""}}},
		`</a>; rel`:                   {{"/a", map[string]string{"rel": ""}}},
		`</a>; rel=`:                  {{"/a", map[string]string{"rel": ""}}},
		`</a>; crossorigin; rel=next`: {{"/a", map[string]string{"crossorigin": "", "rel": "next"}}},
	} {
		g := gomega.NewWithT(t)
		got, err := wire.ParseLink([]string{value})
		g.Expect(err).NotTo(gomega.HaveOccurred(), value)
		g.Expect(got).To(gomega.Equal(want), value)
	}
}

func TestLinksOfSeveralHeaders(t *testing.T) {
	g := gomega.NewWithT(t)
	got, err := wire.ParseLink([]string{`</a>; rel=prev`, ``, `</b>; rel=next, </c>`})
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(got).To(gomega.Equal([]wire.Link{
		{"/a", map[string]string{"rel": "prev"}}, {"/b", map[string]string{"rel": "next"}}, {"/c", map[string]string{}},
	}))
	got, err = wire.ParseLink(nil)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	g.Expect(got).To(gomega.BeEmpty())
}

func TestLinksThatAreNone(t *testing.T) {
	g := gomega.NewWithT(t)
	for value, why := range map[string]string{
		`/a; rel="next"`:        "begin with <",
		`"/a"; rel="next"`:      "begin with <",
		`; rel="next"`:          "begin with <",
		`</a; rel="next"`:       "no >",
		`<`:                     "no >",
		`</a> rel="next"`:       "comma is expected",
		`</a>; rel="next" </b>`: "comma is expected",
		`</a>; rel="next"x`:     "comma is expected",
		`</a>; rel="next`:       "no end",
		`</a>; rel="`:           "no end",
		`</a>; rel="next\`:      "no end",
		`</a>; rel="next\"`:     "no end",
		`</a>; rel=next, /b`:    "begin with <",
	} {
		got, err := wire.ParseLink([]string{value})
		g.Expect(err).To(gomega.MatchError(gomega.And(gomega.HavePrefix("Link: "), gomega.ContainSubstring(why))), value)
		g.Expect(got).To(gomega.BeNil(), value)
		_, err = answered(t, "Link", value).Next()
		g.Expect(err).To(gomega.HaveOccurred(), value)
	}
}

func TestNext(t *testing.T) {
	const origin = "https://registry.example:5000"
	for value, want := range map[string]string{
		`</v2/a/tags/list?n=2&last=b>; rel="next"`:    origin + "/v2/a/tags/list?n=2&last=b",
		`<?n=2&last=b%2Fc+%20>; rel=next`:             origin + "/v2/a/b/blobs/uploads/?n=2&last=b%2Fc+%20",
		`<list?last=b>; rel="NEXT"`:                   origin + "/v2/a/b/blobs/uploads/list?last=b",
		`<http://other.example/x?last=b>; rel="next"`: "http://other.example/x?last=b",
		`<//other.example/x>; rel="next"`:             "https://other.example/x",
		`</p>; rel="prev", </n>; rel="next"`:          origin + "/n",
		`</n>; rel="first  next"`:                     origin + "/n",
		`</n#fragment>; rel="next"`:                   origin + "/n",
		`</n>; rel="next", </m>; rel="next"`:          origin + "/n",
		`</p>; rel="prev"`:                            "",
		`</p>; rel="nextpage"`:                        "",
		`</p>; rev="next"`:                            "",
		`</p>`:                                        "",
		``:                                            "",
	} {
		g := gomega.NewWithT(t)
		got, err := answered(t, "Link", value).Next()
		g.Expect(err).NotTo(gomega.HaveOccurred(), value)
		if want == "" {
			g.Expect(got).To(gomega.BeNil(), value)
			continue
		}
		g.Expect(got.String()).To(gomega.Equal(want), value)
	}
	g := gomega.NewWithT(t)
	for _, target := range []string{"ftp://h/x", "mailto:a@b", "http://[::1", "http:", "%zz?token=opensesame"} {
		got, err := answered(t, "Link", "<"+target+`>; rel="next"`).Next()
		g.Expect(err).To(gomega.MatchError(gomega.HavePrefix("Link: ")), target)
		g.Expect(err.Error()).NotTo(gomega.ContainSubstring("sesame"))
		g.Expect(got).To(gomega.BeNil())
	}
}

func FuzzParseLink(f *testing.F) {
	for _, seed := range []string{`</a>; rel="next"`, `</a>;rel=next, <b>; title="c\"d"; rel*=x''y`, `,,<`, `<>;`, `<a>;=`, `<a>;b="`, "<a>\t;\tb\t=\tc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		links, err := wire.ParseLink([]string{value})
		if err != nil && links != nil {
			t.Fatalf("both links and an error of %q", value)
		}
		for _, link := range links {
			if strings.Contains(link.Target, ">") {
				t.Fatalf("%q has the target %q", value, link.Target)
			}
			for name := range link.Params {
				if name == "" || name != strings.ToLower(name) || strings.ContainsAny(name, "=;, \t") {
					t.Fatalf("%q has the parameter %q", value, name)
				}
			}
		}
		// What stands in front and behind changes nothing.
		again, err2 := wire.ParseLink([]string{", " + value, "<x>"})
		if (err == nil) != (err2 == nil) || err == nil && len(again) != len(links)+1 {
			t.Fatalf("%q has %d links, and %d with one more", value, len(links), len(again))
		}
		if next, err := answered(t, "Link", value).Next(); err == nil && next != nil && next.Host == "" {
			t.Fatalf("%q leads to %q", value, next)
		}
	})
}
