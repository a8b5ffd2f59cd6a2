package cli

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// An ordinary user gets of a profile what an ordinary user can install and use,
// and is told what is left out; what is named is never left out.
func TestWithoutRoot(t *testing.T) {
	g := NewWithT(t)
	var out strings.Builder
	all, err := wanted(&out, nil, "full", true)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(out.String()).To(BeEmpty())
	g.Expect(itemNames(all)).To(ContainElements("docker@26.1.5", "docker@28.2.2", "crane@0.22.1"))

	some, err := wanted(&out, nil, "full", false)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(itemNames(some)).To(ContainElement("crane@0.22.1"))
	g.Expect(itemNames(some)).NotTo(ContainElement(HavePrefix("docker@")))
	g.Expect(out.String()).To(MatchRegexp(`^left out, as only root can install or use them: .*docker@26\.1\.5, docker@28\.2\.2.*\n$`))

	_, err = wanted(&out, []string{"docker", "crane@0.22.1"}, "", false)
	g.Expect(err).To(MatchError(MatchRegexp(`^only root can install docker@20\.10\.5, .*; everybody can install docker@28\.2\.2, crane@0\.22\.1$`)))
	named, err := wanted(&out, []string{"docker@28.2.2", "crane@0.22.1", "docker@28.2.2"}, "", false)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(itemNames(named)).To(Equal([]string{"docker@28.2.2", "crane@0.22.1"}))
}
