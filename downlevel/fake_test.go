package downlevel

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"assay/downlevel/toolchains"
	"assay/fixtures/mechanisms"
	"assay/wire"
	"assay/wire/access"
)

// This binary is also the fake tools: it is what its name says.
func TestMain(m *testing.M) {
	if fake, ok := fakes[filepath.Base(os.Args[0])]; ok {
		os.Exit(useFake(fake, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// fake is a tool of a name of its own: the deeds by verb, where they are not
// those of a tool that does everything right.
type fake map[toolchains.Verb]func(*hands)

// fakes are the tools. What is wrong with one is wrong where something is
// attached, unless it says otherwise.
var fakes = map[string]fake{
	"honest":    {},
	"crane":     {}, // which is declared by Assay, too
	"forgetful": {toolchains.CopyReferrers: func(h *hands) { h.copyTag() }},
	// lazy does nothing at all.
	"lazy": {toolchains.Copy: func(*hands) {}, toolchains.PullTag: func(*hands) {}},
	"hanging": {
		toolchains.Copy: func(h *hands) {
			if h.copyTag(); h.isAttached() {
				select {}
			}
		},
	},
	"babbling": {
		toolchains.ListTags: func(h *hands) {
			if h.stdout = "\x00\xff\xfe\x1b[31m<html>" + strings.Repeat("?", 100000); !h.isAttached() {
				honest[toolchains.ListTags](h)
			}
		},
	},
	"careless": {
		toolchains.DeleteTag: func(h *hands) {
			if h.isAttached() {
				h.remove(h.source, "v2")
			}
			untag(h)
		},
	},
	"crashing": {
		toolchains.PullTag: func(h *hands) {
			if h.isAttached() {
				panic("index out of range")
			}
			h.save(h.vars.Tag)
		},
	},
}

// honest does everything right.
var honest = fake{
	toolchains.PullTag:    func(h *hands) { h.save(h.vars.Tag) },
	toolchains.PullDigest: func(h *hands) { h.save(h.vars.Digest) },
	toolchains.ListTags:   func(h *hands) { h.stdout = strings.Join(h.tags(h.source), "\n") },
	toolchains.Inspect:    func(h *hands) { h.stdout = string(h.pull(h.source, h.vars.Tag).Data) },
	toolchains.Copy:       func(h *hands) { h.copyTag() },
	toolchains.CopyReferrers: func(h *hands) {
		d := h.copyTag()
		h.bring(d)
		for _, tag := range h.tags(h.source) {
			if strings.HasPrefix(tag, mechanisms.FallbackTag(d)+".") {
				h.copyAs(tag, tag)
			}
		}
	},
	toolchains.CopyRepository: func(h *hands) {
		for _, tag := range h.tags(h.source) {
			h.bring(h.copyAs(tag, tag))
		}
	},
	toolchains.DeleteTag:    untag,
	toolchains.DeleteDigest: erase,
	toolchains.Attach:       func(h *hands) { h.attach() },
	toolchains.Discover: func(h *hands) {
		for _, d := range h.referrers(h.source, digest.Digest(h.vars.Digest)) {
			h.stdout += d.Digest.String() + "\n"
		}
	},
}

// bring copies what is attached to a manifest, and keeps the lists of it where
// there is no API, also those in which the manifest itself is.
func (h *hands) bring(d digest.Digest) {
	h.copyReferrers(d)
	if h.source.ListReferrers(h.ctx, d.String()).OK() {
		return
	}
	subjects := []digest.Digest{d}
	for _, r := range h.referrers(h.source, d) {
		subjects = append(subjects, r.Digest)
	}
	var self ocispec.Manifest
	h.Expect(h.source.GetManifest(h.ctx, d.String()).JSON(&self)).To(Succeed())
	if self.Subject != nil {
		subjects = append(subjects, self.Subject.Digest)
	}
	for _, subject := range subjects {
		if tag := mechanisms.FallbackTag(subject); h.has(h.source, tag) {
			h.copyAs(tag, tag)
		}
	}
}

var fakeYields = map[toolchains.Verb]toolchains.Yield{
	toolchains.PullTag: toolchains.YieldsImage, toolchains.PullDigest: toolchains.YieldsImage, toolchains.ListTags: toolchains.YieldsTags,
	toolchains.Inspect: toolchains.YieldsManifest, toolchains.Discover: toolchains.YieldsReferrers,
}

// stderr fails a tool.
type stderr struct{}

func (stderr) Helper() {}

func (stderr) Fatalf(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "Error: "+format+"\n", args...)
	os.Exit(1)
}

// useFake is the main program of a fake tool: NAME --version, or NAME VERB, with
// what it is about in the environment.
func useFake(f fake, args []string) int {
	if args[0] == "--version" {
		fmt.Println("version 1.2.3")
		return 0
	}
	verb := toolchains.Verb(args[0])
	act, ok := f[verb]
	if !ok {
		act = honest[verb]
	}
	h := &hands{WithT: NewWithT(stderr{}), ctx: context.Background(), out: os.Getenv("OUT"), vars: toolchains.Vars{
		Tag: os.Getenv("TAG"), Digest: os.Getenv("DIGEST"), ArtifactType: os.Getenv("ARTIFACT_TYPE"),
	}}
	registry := os.Getenv("REGISTRY")
	client, err := access.Connect(access.Settings{Target: registry, PlainHTTP: true, Embedded: true})
	h.Expect(err).NotTo(HaveOccurred())
	repository := func(variable string) *wire.Repository {
		return client.Repository(strings.TrimPrefix(os.Getenv(variable), registry+"/"))
	}
	h.source, h.target = repository("IMAGE"), repository("TARGET")
	act(h)
	fmt.Print(h.stdout)
	fmt.Fprint(os.Stderr, h.stderr)
	return h.exit
}

// install puts fake tools on the PATH, and nothing else but a shell, and
// declares them in the folder that it returns.
func install(t *testing.T, names ...string) (folder string) {
	t.Helper()
	g := NewWithT(t)
	executable, err := os.Executable()
	g.Expect(err).NotTo(HaveOccurred())
	bin, folder := t.TempDir(), t.TempDir()
	for _, name := range names {
		g.Expect(os.Symlink(executable, filepath.Join(bin, name))).To(Succeed())
		declare(t, folder, name)
	}
	g.Expect(os.Symlink("/bin/sh", filepath.Join(bin, "sh"))).To(Succeed())
	t.Setenv("PATH", bin)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	return folder
}

// declare writes the declaration of a fake tool.
func declare(t *testing.T, folder, name string) {
	t.Helper()
	g := NewWithT(t)
	text := "title: " + name + "\nhome: https://example.com/\nprograms: [" + name + "]\nversion: {run: " + name + " --version}\nverbs:\n"
	for _, v := range toolchains.Verbs() {
		if _, ok := honest[v]; ok {
			text += fmt.Sprintf("  %s: {run: %s %s, yields: '%s'}\n", v, name, v, fakeYields[v])
		}
	}
	g.Expect(os.MkdirAll(filepath.Join(folder, name), 0o755)).To(Succeed())
	g.Expect(os.WriteFile(filepath.Join(folder, name, "toolchain.yaml"), []byte(text), 0o600)).To(Succeed())
}

// names are those of some fakes, sorted.
func names(of map[string]fake) []string {
	var all []string
	for name := range of {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
