package toolchains

// Verb is something that a tool does with an image, in the same words for every
// tool.
type Verb string

// The verbs. Each is asked of the image that "$IMAGE:$TAG" and "$IMAGE@$DIGEST"
// name.
const (
	PullTag        Verb = "pull-tag"        // fetch $IMAGE:$TAG
	PullDigest     Verb = "pull-digest"     // fetch $IMAGE@$DIGEST
	ListTags       Verb = "list-tags"       // list the tags of $IMAGE
	Inspect        Verb = "inspect"         // show what $IMAGE:$TAG is, without fetching it all
	Copy           Verb = "copy"            // $IMAGE:$TAG to $TARGET:$TAG, as the tool does it unasked
	CopyReferrers  Verb = "copy-referrers"  // the same, asked to bring what is attached
	CopyRepository Verb = "copy-repository" // all of $IMAGE to $TARGET
	PushAgain      Verb = "push-again"      // pull $IMAGE:$TAG, name it $TARGET:$TAG, push that
	DeleteTag      Verb = "delete-tag"      // take the tag $IMAGE:$TAG away, and nothing else
	DeleteDigest   Verb = "delete-digest"   // delete the manifest $IMAGE@$DIGEST
	Attach         Verb = "attach"          // attach something of the tool's own to $IMAGE@$DIGEST
	Discover       Verb = "discover"        // list what is attached to $IMAGE@$DIGEST
	Verify         Verb = "verify"          // verify what attach attached
	Run            Verb = "run"             // run $IMAGE:$TAG, which prints a line
)

// Verbs lists every verb in the order of reports.
func Verbs() []Verb {
	return []Verb{PullTag, PullDigest, ListTags, Inspect, Copy, CopyReferrers, CopyRepository, PushAgain,
		DeleteTag, DeleteDigest, Attach, Discover, Verify, Run}
}

// Yield says what an action shows of its result besides the state of the
// registry.
type Yield string

// The yields. A tool's words are never parsed further than this: digests and
// tags are looked for among them.
const (
	YieldsNothing   Yield = ""
	YieldsImage     Yield = "image"     // $OUT is a docker archive, an OCI archive, an OCI layout or a directory of skopeo's
	YieldsFiles     Yield = "files"     // $OUT is a directory with the content of the layers as files
	YieldsID        Yield = "id"        // the last digest printed is the image's config
	YieldsDigest    Yield = "digest"    // the last digest printed is the manifest's
	YieldsManifest  Yield = "manifest"  // what is printed are the bytes of the manifest
	YieldsMentions  Yield = "mentions"  // digests of the manifest or of its config and layers are among what is printed
	YieldsTags      Yield = "tags"      // the tags are among the words printed
	YieldsReferrers Yield = "referrers" // digests of what is attached are among what is printed
	YieldsGreeting  Yield = "greeting"  // what the image prints is among what is printed
)
