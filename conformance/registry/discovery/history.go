package discovery

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	require "assay/conformance/requirements"
	"assay/conformance/suite"
	"assay/fixtures"
	"assay/wire"
)

// history has the changes of the tags of a repository, with the list after each change.
type history struct {
	repo    *suite.Repository
	name    string          // the beginning of most tags
	alone   bool            // no other run or spec uses the repository
	tags    map[string]bool // true for tags that exist, false for deleted tags
	changes []change

	// named are the manifests that were pushed last under each tag.
	named   map[string]fixtures.Manifest
	refused []fixtures.Manifest // whose pushes were refused
	pulls   []pulled
	astray  []*wire.Exchange // GET and HEAD of manifests that only the repository above has, or only this one
	removed []pulled         // of a tag after its manifest was deleted, and pushed again by digest
	// undeleted is a pull of that manifest between the two, if the run is careful.
	undeleted *wire.Exchange

	// Lists that were requested before, and are requested again after a change.
	lastAgain, lastGone, since *wire.Exchange

	// known are tags of other users that can be pulled.
	known map[string]bool

	// pushed are the digests of the manifests that were pushed by digest first.
	pushed []digest.Digest

	kept   *wire.Exchange // a manifest without a tag after the only tag was deleted; nil if none was deleted
	first  *wire.Exchange // the first two tags of the list, once there were more
	whole  []string       // the list at that time
	end    *wire.Exchange // the list after the last tag
	parent *wire.Exchange // the list of the first repository, while there were tags here

	crowded    []string         // the names of many tags
	crowdList  *wire.Exchange   // the list with them; nil if they were not all pushed
	overlapped []*wire.Exchange // the ends of two uploads of one blob
	below      *wire.Exchange   // a tag of the repository, after the repository above deleted its own of that name

	afterTen *wire.Exchange // the list after the tag ten, at the time of whole; nil without whole
}

// latest is a tag that registries may move by themselves.
const latest = "latest"

// numbers are tags that look like numbers or versions. A registry might read their
// values, or sort them without their marks.
var numbers = []string{"1-1", "1.10", ten, "110", "9", "v10", "v9"}

const ten = "10"

// change is a list after a change.
type change struct {
	after string
	list  *wire.Exchange
	wrong []oddity
	// listed are the tags, if the list has one page.
	listed []string
	// untagged says that the repository should have no tags; none, that it lists none.
	untagged, none bool
	// lost is broken if a tag is missing from the list and cannot be pulled, either.
	// stays is broken if a deleted tag is listed and can be pulled, too.
	lost, stays require.ID
}

// oddity is a tag that should be listed but is not, or the other way round.
type oddity struct {
	tag, how string
	exists   bool           // the tag should exist
	pull     *wire.Exchange // pull of the tag right after the list
}

// look lists the tags.
func (h *history) look(ctx context.Context, c change, opts ...wire.Option) {
	c.list = h.repo.ListTags(ctx, opts...)
	if c.list.OK() {
		needList(c.list)
		listed := allPages(ctx, h.repo, c.list)
		c.none = len(listed) == 0
		if len(c.list.Header.Values("Link")) == 0 {
			c.listed = listed
		}
		c.wrong = h.compare(ctx, listed)
		if h.alone {
			c.wrong = append(c.wrong, h.strangers(ctx, c.list, listed)...)
		}
	}
	h.changes = append(h.changes, c)
}

// compare pulls every tag that is wrongly listed or wrongly missing.
func (h *history) compare(ctx context.Context, listed []string) []oddity {
	var wrong []oddity
	for _, tag := range slices.Sorted(maps.Keys(h.tags)) {
		times := len(slices.DeleteFunc(slices.Clone(listed), func(t string) bool { return t != tag }))
		exists := h.tags[tag]
		how := ""
		switch {
		case exists && times == 0:
			how = "is missing"
		case exists && times > 1:
			how = fmt.Sprintf("is listed %d times", times)
		case !exists && times > 0:
			how = "was deleted and is listed"
		default:
			continue
		}
		wrong = append(wrong, oddity{tag, how, exists, h.repo.GetManifest(ctx, tag)})
	}
	return wrong
}

// strangers are listed tags that this run did not push. Another run may have pushed a
// tag here and deleted it in the meantime: then the tag is not listed again.
func (h *history) strangers(ctx context.Context, list *wire.Exchange, listed []string) []oddity {
	const most, enough = 20, 1 // how many tags are pulled, and how many failures are enough
	var unknown []oddity
	for _, tag := range listed {
		if _, ours := h.tags[tag]; ours || h.known[tag] || len(h.known) == most || len(unknown) == enough {
			continue
		}
		// Only this run has these manifests: if a stranger names one, the registry has
		// made the tag.
		if pull := h.repo.GetManifest(ctx, tag); !pull.OK() || slices.Contains(h.pushed, pull.BodyDigest) {
			unknown = append(unknown, oddity{tag, "is listed, and nobody pushed it", false, pull})
		} else {
			h.known[tag] = true
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	again := allPages(ctx, h.repo, h.repo.Get(ctx, wire.EndTags, list.URL))
	return slices.DeleteFunc(unknown, func(o oddity) bool { return !slices.Contains(again, o.tag) })
}

// put pushes a manifest whose blobs exist already.
func (h *history) put(ctx context.Context, reference string, m fixtures.Manifest) *wire.Exchange {
	return h.repo.PutManifest(ctx, reference, m.MediaType, m.Data)
}

// note records the result of a push of a tag. Other specs judge a refusal.
func (h *history) note(tag string, m fixtures.Manifest, put *wire.Exchange) bool {
	if put.OK() {
		h.tags[tag], h.named[tag] = true, m
	}
	return put.OK()
}

// tag pushes a manifest under a tag, and says whether that succeeded.
func (h *history) tag(ctx context.Context, tag string, m fixtures.Manifest) bool {
	return h.note(tag, m, h.put(ctx, tag, m))
}

// remove deletes a tag, or a manifest with these tags. It says whether the delete
// succeeded.
func (h *history) remove(ctx context.Context, reference string, tags ...string) bool {
	if !h.repo.DeleteManifest(ctx, reference).OK() {
		return false
	}
	for _, tag := range tags {
		if h.tags[tag] {
			h.tags[tag] = false
		}
	}
	return true
}

// pushedLost is a change after a push.
func pushedLost(after string, lost require.ID) change {
	return change{after: after, lost: lost, stays: require.ManagementTagDeleteGone}
}

// historyOf makes every kind of change that affects the list of tags.
var historyOf = suite.Once(func(ctx context.Context) history {
	suite.NeedPushed(ctx)
	blob := fixtures.NewBlob(suite.Nonce(), 64)
	own := []fixtures.Option{
		fixtures.WithConfig(blob.As(ocispec.MediaTypeImageConfig)), fixtures.WithLayers(blob.As(ocispec.MediaTypeImageLayer)),
	}
	h := history{tags: map[string]bool{}, named: map[string]fixtures.Manifest{}, known: map[string]bool{}}
	h.repo, h.alone = suite.Quiet(ctx, blob)
	image := func(opts ...fixtures.Option) fixtures.Manifest {
		m := fixtures.NewImage(suite.Nonce(), append(slices.Clone(own), opts...)...)
		m.Blobs = nil // they exist already
		return m
	}
	one, two, three := image(), image(), image()
	name := "assay-" + suite.Nonce() + "-"
	h.name = name
	for _, m := range []fixtures.Manifest{one, two} {
		h.repo.NeedAccepted(ctx, h.put(ctx, m.Digest.String(), m), m)
		h.pushed = append(h.pushed, m.Digest)
	}
	h.look(ctx, change{after: "manifests were pushed by digest", untagged: true})
	h.tag(ctx, name+"one", one)
	h.look(ctx, pushedLost("a tag was pushed", require.PushManifestStatus))
	h.onlyTag(ctx, name+"one", one, two)
	kinds := map[string]fixtures.Manifest{
		name + "two": two, name + "too": one, name + "three": three,
		name + "index": fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{one}),
		// Its subject does not exist: images with artifacts are another workflow.
		name + "artifact": image(fixtures.WithArtifactType(suite.MediaType("+type")), fixtures.WithSubject(image().Descriptor())),
		// The tag has the form that clients use for the tags of referrers.
		strings.Replace(suite.MissingDigest(), ":", "-", 1): fixtures.NewIndex(suite.Nonce(), nil),
	}
	several := image()
	kinds[name+"too.0"], kinds[name+"too-rc"] = several, several // the beginning is another tag
	kinds[name+"TOO"] = several                                  // another tag, but for the case
	if h.alone {
		kinds[latest] = two
		for _, tag := range numbers {
			kinds[tag] = several
		}
	}
	h.kinds(ctx, kinds)
	if h.tag(ctx, name+"two", one) {
		h.look(ctx, pushedLost("a tag was moved", require.PushManifestStatus))
	}
	h.tag(ctx, name+"signature", image(fixtures.WithArtifactType(suite.MediaType("+type")), fixtures.WithSubject(two.Descriptor())))
	h.others(ctx, two, image(), fixtures.NewIndex(suite.Nonce(), []fixtures.Manifest{one}))
	if suite.Has(ctx, suite.TagDelete) && h.remove(ctx, name+"too", name+"too") {
		deleted := change{after: "one of several tags of a manifest was deleted", lost: require.ManagementTagDeleteOthers, stays: require.ManagementTagDeleteGone}
		h.look(ctx, deleted)
		h.lookByN(ctx, deleted)
		h.again(ctx, one)
	}
	if suite.Has(ctx, suite.ManifestDelete) && h.tags[name+"three"] && h.remove(ctx, three.Digest.String(), name+"three") {
		h.look(ctx, change{after: "a manifest that has a tag was deleted by its digest", lost: require.ManagementManifestDeleteOthers, stays: require.ManagementManifestDeleteTagsGone})
		h.untaggedAgain(ctx, name+"three", three)
		if h.tag(ctx, name+"three", three) {
			h.look(ctx, pushedLost("a manifest that was deleted was pushed again", require.ManagementManifestDeleteAgain))
		}
	}
	h.later(ctx, image())
	h.crowd(ctx, several)
	h.overlap(ctx)
	return h
})

// onlyTag deletes the tag and pushes it again. It is the only tag of its repository if
// no other run uses the repository.
func (h *history) onlyTag(ctx context.Context, tag string, tagged, untagged fixtures.Manifest) {
	if !suite.Has(ctx, suite.TagDelete) || !h.remove(ctx, tag, tag) {
		return
	}
	h.kept = h.repo.GetManifest(ctx, untagged.Digest.String())
	h.look(ctx, change{after: "the only tag was deleted", untagged: true, lost: require.ManagementTagDeleteOthers, stays: require.ManagementTagDeleteGone})
	if h.tag(ctx, tag, tagged) {
		h.look(ctx, pushedLost("a tag that was deleted was pushed again", require.ManagementTagDeleteAgain))
	}
}

// kinds pushes tags of manifests of several kinds.
func (h *history) kinds(ctx context.Context, manifests map[string]fixtures.Manifest) {
	tags := slices.Sorted(maps.Keys(manifests))
	var puts []func(context.Context) *wire.Exchange
	for _, tag := range tags {
		puts = append(puts, func(ctx context.Context) *wire.Exchange { return h.put(ctx, tag, manifests[tag]) })
	}
	for i, put := range suite.AtOnce(ctx, puts...) {
		h.note(tags[i], manifests[tags[i]], put)
	}
	h.look(ctx, pushedLost("images, an index, an artifact, and a tag that spells a digest were pushed", require.PushManifestStatus))
	list := h.changes[len(h.changes)-1].list
	if h.whole = tagsOf(list); list.OK() && len(h.whole) > 0 && len(list.Header.Values("Link")) == 0 {
		h.end = h.repo.ListTags(ctx, wire.WithQuery("last", h.whole[len(h.whole)-1]))
		h.first = h.repo.ListTags(ctx, wire.WithQuery("n", "2"))
		if h.alone {
			h.afterTen = h.repo.ListTags(ctx, wire.WithQuery("last", ten))
		}
	}
	h.parent = suite.Repo(ctx).ListTags(ctx)
	h.lookByN(ctx, pushedLost("tags were pushed", require.PushManifestStatus))
}

// lookByN requests the list with an n that is larger than the list. It is always the same
// n, so that a cache shows. The specs of n judge tags that are also missing with another n.
func (h *history) lookByN(ctx context.Context, c change) {
	if !h.alone {
		return
	}
	c.after += ", with n"
	h.look(ctx, c, wire.WithQuery("n", "100"))
	last := &h.changes[len(h.changes)-1]
	if !slices.ContainsFunc(last.wrong, func(o oddity) bool { return o.exists }) {
		return
	}
	other := allPages(ctx, h.repo, h.repo.ListTags(ctx, wire.WithQuery("n", "101")))
	last.wrong = slices.DeleteFunc(last.wrong, func(o oddity) bool { return o.exists && !slices.Contains(other, o.tag) })
}
