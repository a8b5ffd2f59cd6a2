package judge

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/obtained"
	"assay/downlevel/toolchains"
	"assay/fixtures"
)

var digests = regexp.MustCompile(`sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})`)

// fetched judges what a tool brought to this machine, or ran.
func (e Evidence) fetched(j *Judgement) {
	switch e.Yields {
	case toolchains.YieldsImage:
		e.image(j)
	case toolchains.YieldsFiles:
		e.files(j)
	case toolchains.YieldsGreeting:
		if !strings.Contains(e.said(), e.Content.Greeting) {
			j.Harm(HarmWrong, "what ran is not the image: its greeting %q was not printed", e.Content.Greeting)
			return
		}
		j.chose = e.namesIndex()
	default:
		e.shown(j)
	}
}

// shown judges what a tool printed of the image.
func (e Evidence) shown(j *Judgement) {
	switch e.Yields {
	case toolchains.YieldsID, toolchains.YieldsDigest:
		e.lastDigest(j)
	case toolchains.YieldsManifest:
		e.manifest(j)
	case toolchains.YieldsMentions:
		e.mentioned(j)
	case toolchains.YieldsGreeting, toolchains.YieldsImage, toolchains.YieldsFiles:
		e.fetched(j)
	default:
		j.Note("the tool shows nothing of what it fetched; it ended without an error")
	}
}

// image judges content that holds an image: by its config, as an archive may
// hold no manifest.
func (e Evidence) image(j *Judgement) {
	if e.Obtained == nil {
		j.Harm(HarmNothing, "the tool ended without an error, and there is no image")
		return
	}
	config, layers := e.parts()
	var missing []digest.Digest
	for _, l := range layers {
		if !e.Obtained.Has(l.Digest) && !e.Obtained.Has(obtained.Unpacked(l.Data)) {
			missing = append(missing, l.Digest)
		}
	}
	switch has := e.Obtained.Has(config.Digest); {
	case !has && len(missing) > 0:
		j.Harm(HarmWrong, "what was fetched is not the image: its config %s is not there%s", Brief(config.Digest), e.instead(e.Obtained.Has))
		return
	case !has:
		e.convertedTo(j, "what was fetched has the layers of the image, but another config")
	}
	for _, d := range missing {
		j.Harm(HarmIncomplete, "the layer %s of the image was not fetched", Brief(d))
	}
	j.chose = e.namesIndex() && !e.Obtained.Has(e.Named)
}

// files judges content that was fetched as files.
func (e Evidence) files(j *Judgement) {
	if e.Obtained == nil {
		j.Harm(HarmNothing, "the tool ended without an error, and there are no files")
		return
	}
	_, layers := e.parts()
	for _, l := range layers {
		if e.Obtained.Has(l.Digest) || e.Obtained.Has(obtained.Unpacked(l.Data)) || slices.ContainsFunc(obtained.Files(l.Data), e.Obtained.Has) {
			continue
		}
		j.Harm(HarmWrong, "the layer %s of the image is not among the files%s", Brief(l.Digest), e.instead(e.Obtained.Has))
	}
	j.chose = e.namesIndex()
}

// lastDigest judges a tool whose last printed digest is that of the manifest or
// of the config.
func (e Evidence) lastDigest(j *Judgement) {
	found := digests.FindAllString(e.Output.Stdout, -1)
	if len(found) == 0 {
		found = digests.FindAllString(e.Output.Stderr, -1)
	}
	if len(found) == 0 {
		j.Harm(HarmNothing, "the tool ended without an error, and named no digest")
		return
	}
	e.identify(j, digest.Digest(found[len(found)-1]))
}

// manifest judges a tool that prints the bytes of the manifest.
func (e Evidence) manifest(j *Judgement) {
	printed := []byte(e.Output.Stdout)
	for _, data := range [][]byte{printed, bytes.TrimRight(printed, "\r\n")} {
		d := digest.FromBytes(data)
		if _, known := e.lookup(d); known {
			e.identify(j, d)
			return
		}
	}
	// Written anew by the tool, it is still about the image when it holds the
	// digests that make it one.
	e.mentioned(j)
}

// mentioned judges a tool by the digests that are among what it prints.
func (e Evidence) mentioned(j *Judgement) {
	said := e.said()
	config, layers := e.parts()
	image := append([]fixtures.Blob{config}, layers...)
	isImage := slices.ContainsFunc(image, func(b fixtures.Blob) bool { return mentions(said, b.Digest) }) ||
		mentions(said, e.Content.Image.Digest)
	switch {
	case mentions(said, e.Named):
	case isImage:
		j.chose = e.namesIndex()
	default:
		j.Harm(HarmNotMentioned, "what is shown is not about the image%s", e.instead(func(d digest.Digest) bool { return mentions(said, d) }))
	}
}

// mentions says whether text holds the digest, also without its algorithm.
func mentions(text string, d digest.Digest) bool { return strings.Contains(text, d.Encoded()) }

// identify judges by the one digest that a tool names.
func (e Evidence) identify(j *Judgement, d digest.Digest) {
	config, _ := e.parts()
	switch d {
	case e.Named:
	case e.Content.Image.Digest, config.Digest:
		j.chose = e.namesIndex()
	default:
		j.Harm(HarmWrong, "the tool names %s, which is %s, not the image", Brief(d), e.what(d))
	}
}

// instead names what is there in place of the image, as far as it is known.
func (e Evidence) instead(there func(digest.Digest) bool) string {
	for _, m := range e.known() {
		if m.Digest == e.Content.Image.Digest || m.Digest == e.Named {
			continue
		}
		for _, b := range m.Blobs {
			if !e.ofImage(b.Digest) && there(b.Digest) {
				return ", but " + e.what(m.Digest) + " is"
			}
		}
	}
	return ""
}
