package trial

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestLongOutputIsCut(t *testing.T) {
	g := NewWithT(t)
	text := strings.Repeat("ä", 10000) + "end"
	got := cut(text)
	g.Expect(len(got)).To(BeNumerically("<", outputLimit+100))
	g.Expect(got).To(And(HavePrefix("ää"), HaveSuffix("ääend"), ContainSubstring("bytes …")))
	g.Expect(cut("a\xffb https://user:secret@host/")).To(And(HavePrefix("a\uFFFDb"), Not(ContainSubstring("secret"))))
}
