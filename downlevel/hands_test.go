package downlevel

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/toolchains"
	"assay/fixtures"
	"assay/fixtures/mechanisms"
	"assay/reference"
	"assay/reports"
	"assay/wire"
	"assay/wire/access"
)

// hands are a tool that is a function: what it does to the repositories of a
// cell, what it says, and what it leaves on this machine.
type hands struct {
	*WithT
	ctx                   context.Context
	source, target, other *wire.Repository
	vars                  toolchains.Vars
	out                   string // path of $OUT

	exit           int
	stdout, stderr string
	hung           bool
}

// handy is a session of such a tool.
type handy struct {
	t       *testing.T
	b       *bench
	prepare func(*hands)
	do      func(*hands)
}

func (s handy) act(ctx context.Context, act func(*hands), v toolchains.Vars) (toolchains.Output, error) {
	name := strings.TrimPrefix(v.Image, s.b.work.Registry+"/")
	r := newRoom(s.b.client, strings.TrimSuffix(name, "/"+lastPart), mechanisms.Content{})
	h := &hands{
		WithT: NewWithT(s.t), ctx: ctx, vars: v, out: filepath.Join(s.t.TempDir(), "out"),
		source: r.source, target: r.target, other: r.other,
	}
	h.Expect(s.b.work.Registry + "/" + r.target.Name()).To(Equal(v.Target))
	if act != nil {
		act(h)
	}
	var err error
	if h.hung {
		err = toolchains.ErrTimeout
	}
	return toolchains.Output{Script: "hands", Exit: h.exit, Stdout: h.stdout, Stderr: h.stderr, Out: h.out}, err
}

func (s handy) Setup() string { return "wash hands\n" }

func (s handy) Prepare(ctx context.Context, _ toolchains.Action, v toolchains.Vars) (toolchains.Output, error) {
	out, err := s.act(ctx, s.prepare, v)
	out.Script = "dry hands\n"
	return out, err
}

func (s handy) Do(ctx context.Context, _ toolchains.Action, v toolchains.Vars) (toolchains.Output, error) {
	return s.act(ctx, s.do, v)
}

func (handy) After(context.Context, toolchains.Vars) {}
func (handy) Stop()                                  {}

// scene is a cell to be judged.
type scene struct {
	verb      toolchains.Verb
	mechanism string // by default subject-manifest
	yields    toolchains.Yield
	brings    []mechanisms.Kind
	old       bool // without the referrers API
	registry  []func(http.Handler) http.Handler
	prepare   func(*hands)
	do        func(*hands)

	outcome reports.CellOutcome
	harms   []string // the kinds, in order
	says    string   // a part of the message, of a harm or of a note
	control reports.CellOutcome
}

// newTestBench is a bench at a registry of its own.
func newTestBench(t *testing.T, opts reference.Options) *bench {
	t.Helper()
	g := NewWithT(t)
	server, err := reference.Start(t.Context(), "", opts)
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = server.Close() })
	cfg := Config{Settings: access.Settings{Target: server.Addr(), Embedded: true, Manners: wire.Manners{RequestTimeout: 5 * time.Second}}, Seed: 1}.withDefaults()
	client, err := access.Connect(cfg.Settings)
	g.Expect(err).NotTo(HaveOccurred())
	b := newBench(work{Config: cfg, Nonce: "nonce", Registry: server.Addr()}, client)
	t.Cleanup(b.close)
	return b
}

// play judges the scene.
func (s scene) play(t *testing.T) reports.Result {
	t.Helper()
	g := NewWithT(t)
	b := newTestBench(t, reference.Options{DisableReferrers: s.old, Middleware: s.registry})
	action := toolchains.Action{Run: "hands", Yields: s.yields, Brings: s.brings}
	if s.prepare != nil {
		action.Prepare = "hands"
	}
	chain := &toolchains.Toolchain{Name: "hands", Verbs: map[toolchains.Verb]toolchains.Actions{s.verb: {action}}}
	it := tool{installed: toolchains.Installed{Toolchain: chain, Version: "1.0.0"}}
	b.session, b.sessionOf = handy{t, b, s.prepare, s.do}, it.String()
	if s.mechanism == "" {
		s.mechanism = "subject-manifest"
	}
	m, ok := mechanisms.Get(s.mechanism)
	g.Expect(ok).To(BeTrue(), s.mechanism)
	return b.try(t.Context(), cell{tool: it, mechanism: m, verb: s.verb})
}

// play judges the scenes and compares.
func play(t *testing.T, scenes map[string]scene) {
	t.Helper()
	for name, s := range scenes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			res := s.play(t)
			told, _ := json.MarshalIndent(res, "", "  ")
			g.Expect(res.Outcome).NotTo(Equal(reports.Error), res.Message)
			g.Expect(res.Cell.Outcome).To(Equal(s.outcome), string(told))
			var kinds []string
			text := []string{res.Message}
			for _, h := range res.Cell.Harms {
				kinds = append(kinds, h.Kind)
				text = append(text, h.Text)
			}
			g.Expect(kinds).To(Equal(s.harms), string(told))
			g.Expect(strings.Join(append(text, res.Cell.Notes...), "\n")).To(ContainSubstring(s.says))
			if s.control != "" {
				g.Expect(res.Cell.Control).To(Equal(s.control), string(told))
			}
		})
	}
}

// The deeds.

// pull is the manifest of a repository.
func (h *hands) pull(from *wire.Repository, reference string) fixtures.Manifest {
	ex := from.GetManifest(h.ctx, reference)
	h.Expect(ex.OK()).To(BeTrue(), "%s", ex)
	return fixtures.Manifest{MediaType: ex.MediaType(), Data: ex.Body, Digest: digest.FromBytes(ex.Body)}
}

func (h *hands) has(repo *wire.Repository, reference string) bool {
	return repo.HeadManifest(h.ctx, reference).OK()
}

// index is what an index lists; nothing for what is none.
func (h *hands) index(from *wire.Repository, reference string) []ocispec.Descriptor {
	ex := from.GetManifest(h.ctx, reference)
	var index ocispec.Index
	if ex.OK() {
		h.Expect(json.Unmarshal(ex.Body, &index)).To(Succeed())
	}
	return index.Manifests
}

func (h *hands) referrers(from *wire.Repository, subject digest.Digest) []ocispec.Descriptor {
	ex := from.ListReferrers(h.ctx, subject.String())
	var index ocispec.Index
	if !ex.OK() {
		return h.index(from, mechanisms.FallbackTag(subject))
	}
	h.Expect(json.Unmarshal(ex.Body, &index)).To(Succeed())
	return index.Manifests
}

// put pushes a manifest whose blobs are there.
func (h *hands) put(to *wire.Repository, reference string, m fixtures.Manifest) {
	ex := to.PutManifest(h.ctx, reference, m.MediaType, m.Data)
	h.Expect(ex.OK()).To(BeTrue(), "%s: %s", ex, ex.Body)
}

// push pushes a manifest and its blobs.
func (h *hands) push(to *wire.Repository, reference string, m fixtures.Manifest) {
	for _, b := range m.Blobs {
		_, ok := to.UploadBlob(h.ctx, b)
		h.Expect(ok).To(BeTrue())
	}
	h.put(to, reference, m)
}

// blobs brings the blobs of a manifest to the target.
func (h *hands) blobs(m fixtures.Manifest) (config []byte) {
	var doc ocispec.Manifest
	h.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
	for i, d := range append(doc.Layers, doc.Config) {
		data := h.source.GetBlob(h.ctx, d.Digest.String()).Body
		if i == len(doc.Layers) {
			config = data
		}
		_, ok := h.target.UploadBlob(h.ctx, fixtures.Blob{MediaType: d.MediaType, Data: data, Digest: d.Digest})
		h.Expect(ok).To(BeTrue())
	}
	return config
}

// copyAs brings a manifest to the target under a name, with its children.
func (h *hands) copyAs(reference, name string) digest.Digest {
	m := h.pull(h.source, reference)
	children := h.index(h.source, reference)
	for _, child := range children {
		h.copyAs(child.Digest.String(), child.Digest.String())
	}
	if children == nil {
		h.blobs(m)
	}
	h.put(h.target, name, m)
	return m.Digest
}

// copyTag is what a copy does.
func (h *hands) copyTag() digest.Digest { return h.copyAs(h.vars.Tag, h.vars.Tag) }

// copyReferrers brings what is attached to a manifest, and what is attached to
// that; refer is told of each.
func (h *hands) copyReferrers(subject digest.Digest) {
	for _, d := range h.referrers(h.source, subject) {
		if !h.has(h.source, d.Digest.String()) {
			continue
		}
		h.copyAs(d.Digest.String(), d.Digest.String())
		h.copyReferrers(d.Digest)
	}
}

func (h *hands) tags(of *wire.Repository) []string {
	var list struct {
		Tags []string `json:"tags"`
	}
	h.Expect(of.ListTags(h.ctx).JSON(&list)).To(Succeed())
	slices.Sort(list.Tags)
	return list.Tags
}

func (h *hands) remove(from *wire.Repository, reference string) {
	ex := from.DeleteManifest(h.ctx, reference)
	h.Expect(ex.OK()).To(BeTrue(), "%s", ex)
}

// list writes the referrers tag of a subject anew.
func (h *hands) list(in *wire.Repository, subject digest.Digest, entries ...ocispec.Descriptor) {
	index := fixtures.NewIndex("", nil).Edit(func(doc map[string]any) {
		delete(doc, "annotations")
		doc["manifests"] = append([]ocispec.Descriptor{}, entries...)
	})
	h.put(in, mechanisms.FallbackTag(subject), index)
}

// attach attaches something to $DIGEST, as the specification asks of clients.
func (h *hands) attach() fixtures.Manifest {
	subject := h.pull(h.source, h.vars.Digest)
	m := fixtures.NewArtifact("hands", h.vars.ArtifactType, fixtures.WithSubject(subject.Descriptor()))
	h.push(h.source, m.Digest.String(), m)
	if !h.source.ListReferrers(h.ctx, h.vars.Digest).OK() {
		h.list(h.source, subject.Digest, append(h.referrers(h.source, subject.Digest), m.Referrer())...)
	}
	return m
}

// write writes a file of $OUT.
func (h *hands) write(name string, data []byte) {
	path := filepath.Join(h.out, name)
	h.Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
	h.Expect(os.WriteFile(path, data, 0o600)).To(Succeed())
}

// save writes the manifest with all that is its into $OUT, as a layout does.
func (h *hands) save(reference string) {
	m := h.pull(h.source, reference)
	h.write(m.Digest.Encoded(), m.Data)
	for _, child := range h.index(h.source, reference) {
		h.save(child.Digest.String())
	}
	var doc ocispec.Manifest
	h.Expect(json.Unmarshal(m.Data, &doc)).To(Succeed())
	for _, d := range append(doc.Layers, doc.Config) {
		if d.Digest != "" {
			h.write(d.Digest.Encoded(), h.source.GetBlob(h.ctx, d.Digest.String()).Body)
		}
	}
}

// platform is the digest of the image for linux/amd64 that a reference stands
// for.
func (h *hands) platform(reference string) string {
	for _, d := range h.index(h.source, reference) {
		if d.Platform != nil && d.Platform.Architecture == "amd64" {
			return d.Digest.String()
		}
	}
	return reference
}
