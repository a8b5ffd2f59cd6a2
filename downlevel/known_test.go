package downlevel

import (
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"

	"assay/downlevel/faketool"
	"assay/reference"
	"assay/reports"
)

func TestKnownFailures(t *testing.T) {
	g := NewWithT(t)
	folder := faketool.Install(t, "forgetful", "honest")
	list := filepath.Join(t.TempDir(), "known.yaml")
	g.Expect(os.WriteFile(list, []byte(`
- cell: forgetful@*/copy-referrers/subject-*
  reason: it forgets
- cell: forgetful@*/copy-referrers/*
  reason: it forgets, as a whole
- cell: honest@1.2.3/copy/subject-manifest
  reason: it used to be wrong
`), 0o600)).To(Succeed())
	failures, err := ReadKnownFailures(list, folder)
	g.Expect(err).NotTo(HaveOccurred())
	run := execute(t, Config{
		Declarations: folder, Toolchains: []string{"forgetful", "honest"}, Verbs: []string{"copy", "copy-referrers"},
		Mechanisms: []string{"subject-manifest", "subject-index"}, Jobs: 2, KnownFailures: failures, start: faketool.Start,
	}, reference.Options{}, nil)
	came := map[string]reports.Outcome{}
	for _, res := range run.Results {
		came[res.Requirement] = res.Outcome
	}
	g.Expect(came["forgetful@1.2.3/copy-referrers/subject-manifest"]).To(Equal(reports.KnownFailure))
	g.Expect(came["forgetful@1.2.3/copy-referrers/subject-index"]).To(Equal(reports.KnownFailure))
	g.Expect(came["honest@1.2.3/copy/subject-manifest"]).To(Equal(reports.UnexpectedPass))
	g.Expect(came["honest@1.2.3/copy/subject-index"]).To(Equal(reports.Pass))
	g.Expect(came["forgetful@1.2.3/copy-referrers/image-alone"]).To(Equal(reports.Pass), "which cannot be known to fail")
}

func TestKnownFailuresThatAreWrong(t *testing.T) {
	for text, want := range map[string]string{
		"honest@*/copy":                 `"honest@*/copy" is not a cell: want NAME@VERSION/VERB/MECHANISM`,
		"onest@*/copy/subject-manifest": `no toolchain is called "onest"`,
		"honest@*/cpy/subject-manifest": `no verb is called "cpy"`,
		"honest@*/copy/subject-manifes": `no mechanism is called "subject-manifes"`,
		"honest@9.9/*/*":                "",
	} {
		t.Run(text, func(t *testing.T) {
			g := NewWithT(t)
			folder := t.TempDir()
			faketool.Declare(t, folder, "honest")
			list := filepath.Join(t.TempDir(), "known.yaml")
			g.Expect(os.WriteFile(list, []byte("- {cell: '"+text+"', reason: because}\n"), 0o600)).To(Succeed())
			_, err := ReadKnownFailures(list, folder)
			if want == "" {
				g.Expect(err).NotTo(HaveOccurred())
				return
			}
			g.Expect(err).To(MatchError(And(ContainSubstring("known.yaml:1: "), ContainSubstring(want))))
		})
	}
}

// The list that CI compares with can be read.
func TestTheListOfCICanBeRead(t *testing.T) {
	failures, err := ReadKnownFailures("../scripts/downlevel/known.yaml", "")
	if err != nil || len(failures) == 0 {
		t.Errorf("got %d failures, %v", len(failures), err)
	}
}
