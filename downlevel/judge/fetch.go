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

// fetched judges the content that a tool pulled to this machine, or the image that it
// ran.
func (e Evidence) fetched(j *Judgement) {
	switch e.Yields {
	case toolchains.YieldsImage:
		e.image(j)
	case toolchains.YieldsFiles:
		e.files(j)
	case toolchains.YieldsGreeting:
		if !strings.Contains(e.said(), e.Content.Greeting) {
			j.Harm(HarmWrong, "the tool did not run the image: the greeting %q of the image was not printed", e.Content.Greeting)
			return
		}
		j.chose = e.namesIndex()
	default:
		e.shown(j)
	}
}

// shown judges what a tool printed about the image.
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
		j.Note("the tool ended without an error, and its output does not show what it fetched")
	}
}

// image judges content that contains an image. It looks for the config, because an
// archive may have no manifest.
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
		j.Harm(HarmWrong, "the tool fetched other content than the image: the config %s of the image is not there%s", Brief(config.Digest), e.instead(e.Obtained.Has))
		return
	case !has:
		e.convertedTo(j, "what was fetched has the layers of the image, but another config")
	}
	for _, d := range missing {
		j.Harm(HarmIncomplete, "the layer %s of the image was not fetched", Brief(d))
	}
	j.chose = e.namesIndex() && !e.Obtained.Has(e.Named)
}

// files judges content that was pulled as files.
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

// lastDigest judges a tool that prints, as its last digest, that of the manifest or of
// the config.
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
	// The tool may print the manifest in another form. It is still about the image if
	// it has the digests of the image's config and layers.
	e.mentioned(j)
}

// mentioned judges a tool by the digests in its output.
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
		j.Harm(HarmNotMentioned, "the output is not about the image%s", e.instead(func(d digest.Digest) bool { return mentions(said, d) }))
	}
}

// mentions says whether text holds the digest, also without its algorithm.
func mentions(text string, d digest.Digest) bool { return strings.Contains(text, d.Encoded()) }

// identify judges a tool by the one digest that it names.
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

// instead names the content that is there instead of the image, if it is known.
func (e Evidence) instead(there func(digest.Digest) bool) string {
	for _, m := range e.manifests() {
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
