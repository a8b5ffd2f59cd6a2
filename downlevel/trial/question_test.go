package trial_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/faketool"
	"assay/downlevel/judge"
	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/reports"
)

// question is a cell of the registry's own.
type question struct {
	verb, mechanism string // by default subject-manifest
	registry        reference.Options
	target          bool // that is not the embedded registry

	outcome reports.CellOutcome
	harms   []string
	says    string
}

func (q question) ask(t *testing.T) reports.Result {
	t.Helper()
	run := faketool.NewRun(t, q.registry)
	run.Embedded = !q.target
	if q.mechanism == "" {
		q.mechanism = "subject-manifest"
	}
	m, ok := mechanisms.Get(q.mechanism)
	NewWithT(t).Expect(ok).To(BeTrue())
	tool := trial.Tool{IsRegistry: true}
	return faketool.NewLane(t, run, tool).Try(t.Context(), trial.Cell{Tool: tool, Mechanism: m, Verb: toolchains.Verb(q.verb)})
}

// A registry that does as it should is free of harm in every cell.
func TestRegistryWithoutFault(t *testing.T) {
	for _, old := range []bool{false, true} {
		tool := trial.Tool{IsRegistry: true}
		lane := faketool.NewLane(t, faketool.NewRun(t, reference.Options{DisableReferrers: old}), tool)
		for _, m := range append(mechanisms.All(), mechanisms.None()) {
			for _, v := range trial.RegistryVerbs() {
				t.Run(string(v)+"/"+m.Name+map[bool]string{true: "/1.0"}[old], func(t *testing.T) {
					g := NewWithT(t)
					res := lane.Try(t.Context(), trial.Cell{Tool: tool, Mechanism: m, Verb: v})
					told, _ := json.MarshalIndent(res, "", "  ")
					want := BeElementOf(reports.Works, reports.NotApplicable)
					switch {
					case m.Name == "oras-artifact" || m.Name == "oci-artifact" || m.Name == "image-alone" && v == "delete-attached":
						want = Equal(reports.NotApplicable)
					case v != "upgrade":
						want = Equal(reports.Works)
					}
					g.Expect(res.Cell.Outcome).To(want, string(told))
				})
			}
		}
	}
}

func TestRegistryFaults(t *testing.T) {
	for name, q := range map[string]question{
		"a tag is moved to what is attached": {
			verb: "tags-stay", registry: onSubject(func(p pusher, _ digest.Digest) {
				m := p.send("GET", "manifests/v2", "", nil)
				p.send("PUT", "manifests/stable", m.Header().Get("Content-Type"), m.Body.Bytes())
			}),
			outcome: reports.SilentHarm, harms: []string{judge.HarmTags}, says: "the tag stable names",
		},
		"a tag is deleted": {
			verb: "tags-stay", registry: onSubject(func(p pusher, _ digest.Digest) { p.send("DELETE", "manifests/v2", "", nil) }),
			outcome: reports.SilentHarm, harms: []string{judge.HarmTags}, says: "the tag v2 cannot be pulled any more: 404",
		},
		"tags are not listed": {
			verb: "tags-stay", mechanism: "cosign-tags",
			registry: reference.Options{Middleware: []func(http.Handler) http.Handler{listing(func(tag string) bool { return !strings.HasPrefix(tag, "sha256-") })}},
			outcome:  reports.SilentHarm, harms: []string{judge.HarmTags, judge.HarmTags, judge.HarmTags}, says: "is not in the list",
		},
		"tags are never listed": {
			verb:     "tags-stay",
			registry: reference.Options{Middleware: []func(http.Handler) http.Handler{listing(func(tag string) bool { return tag != "v2" })}},
			outcome:  reports.Baseline, says: "on the image alone: the tag v2 is not in the list",
		},
		"the list has more": {
			verb: "tags-stay", registry: onSubject(func(p pusher, _ digest.Digest) {
				m := p.send("GET", "manifests/v1", "", nil)
				p.send("PUT", "manifests/latest", m.Header().Get("Content-Type"), m.Body.Bytes())
			}),
			outcome: reports.Works, says: "new in the list of tags: latest",
		},
		"the image is gone": {
			verb: "bytes-stay", registry: onSubject(func(p pusher, subject digest.Digest) {
				p.send("DELETE", "manifests/"+subject.String(), "", nil)
			}),
			outcome: reports.SilentHarm, harms: []string{judge.HarmManifest}, says: "cannot be pulled any more",
		},
		"a layer is gone": {
			verb: "bytes-stay", registry: onSubject(func(p pusher, subject digest.Digest) {
				var doc ocispec.Manifest
				_ = json.Unmarshal(p.send("GET", "manifests/"+subject.String(), "", nil).Body.Bytes(), &doc)
				p.send("DELETE", "blobs/"+doc.Layers[0].Digest.String(), "", nil)
			}),
			outcome: reports.SilentHarm, harms: []string{judge.HarmIncomplete}, says: "of an image is gone",
		},
		"what is attached takes a blob along that it shares": {
			verb: "delete-attached", registry: greedy(),
			outcome: reports.SilentHarm, harms: []string{judge.HarmIncomplete}, says: "of an image is gone",
		},
		"what is attached cannot be deleted": {
			verb: "delete-attached", registry: reference.Options{DisableDelete: true},
			outcome: reports.NotApplicable, says: "the registry does not delete: 405",
		},
		"what is attached may not be deleted": {
			verb: "delete-attached", registry: answering(func(req *http.Request) bool { return req.Method == "DELETE" }, 403),
			outcome: reports.ClearRefusal, says: "what is attached cannot be deleted: 403",
		},
		"what is attached is not deleted": {
			verb: "delete-attached", registry: answering(func(req *http.Request) bool { return req.Method == "DELETE" }, 202),
			outcome: reports.SilentHarm, harms: []string{judge.HarmNotDone, judge.HarmNotDone}, says: "is still there",
		},
		"the image takes others along": {
			verb: "delete-image", registry: sweeping(),
			outcome: reports.SilentHarm, harms: []string{judge.HarmTags}, says: "the tag v2 of another image is gone, too",
		},
		"the image is not deleted, attached or not": {
			verb: "delete-image", registry: answering(func(req *http.Request) bool { return req.Method == "DELETE" }, 202),
			outcome: reports.Baseline,
		},
		"an image with something attached may not be deleted": {
			verb: "delete-image", mechanism: "buildkit-attestation", registry: guarding(),
			outcome: reports.ClearRefusal, says: "the image cannot be deleted: 409",
		},
		"pushing the tag again forgets what is attached": {
			verb: "retag", registry: forgetful(),
			outcome: reports.SilentHarm, harms: []string{judge.HarmAttached}, says: "is not found any more",
		},
		"who accepts less gets another": {
			verb: "old-accept", registry: choosy(),
			outcome: reports.SilentHarm, says: "a client of OCI images alone got",
		},
		"an index is what it moved to": {
			verb: "old-accept", mechanism: "buildkit-attestation", outcome: reports.Works, says: "by the tag v1, where it got",
		},
		"another repository is changed": {
			verb: "bytes-stay", registry: onSubject(func(p pusher, _ digest.Digest) {
				name := strings.TrimSuffix(p.repo, mechanisms.ChartName+"/") + "other/" + mechanisms.ChartName + "/"
				pusher{p.next, name}.send("DELETE", "manifests/v2", "", nil)
			}),
			outcome: reports.SilentHarm, harms: []string{judge.HarmNeighbour}, says: "another repository: tag v2",
		},
		"only ours can be upgraded": {
			verb: "upgrade", target: true, outcome: reports.NotApplicable, says: "only the embedded registry",
		},
		"nothing was attached by the tag": {
			verb: "upgrade", mechanism: "tagged-artifact", outcome: reports.NotApplicable, says: "nothing is attached by the referrers tag",
		},
		"it is found after the upgrade": {verb: "upgrade", outcome: reports.Works},
		"nothing can be deleted that is not there": {
			verb: "delete-attached", mechanism: "image-alone", outcome: reports.NotApplicable, says: "nothing is attached",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			res := q.ask(t)
			told, _ := json.MarshalIndent(res, "", "  ")
			g.Expect(res.Outcome).NotTo(Equal(reports.Error), res.Message)
			g.Expect(res.Cell.Outcome).To(Equal(q.outcome), string(told))
			var kinds, text []string
			for _, h := range res.Cell.Harms {
				kinds = append(kinds, h.Kind)
				text = append(text, h.Text)
			}
			if q.harms != nil || q.outcome != reports.SilentHarm {
				g.Expect(kinds).To(Equal(q.harms), string(told))
			}
			g.Expect(strings.Join(append(append(text, res.Message), res.Cell.Notes...), "\n")).To(ContainSubstring(q.says))
		})
	}
}

// What is wrong with the way there is no verdict.
func TestRegistryThatBreaks(t *testing.T) {
	for name, q := range map[string]question{
		"uploads": {verb: "tags-stay", registry: answering(func(req *http.Request) bool {
			return req.Method == "POST" && strings.Contains(req.URL.Path, "/blobs/uploads/")
		}, 500)},
		"referrers": {verb: "retag", registry: answering(func(req *http.Request) bool {
			return strings.Contains(req.URL.Path, "/referrers/")
		}, 500)},
		"lists": {verb: "bytes-stay", registry: answering(func(req *http.Request) bool {
			return strings.HasSuffix(req.URL.Path, "/tags/list")
		}, 502)},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			res := q.ask(t)
			g.Expect(res.Outcome).To(Equal(reports.Error))
			g.Expect(res.Message).To(MatchRegexp("50[02]"))
			g.Expect(res.Cell.Outcome).To(BeEmpty())
		})
	}
}
