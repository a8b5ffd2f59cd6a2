package toolchains

// Verb is something that a tool does with an image. The verbs are the same for every
// tool.
type Verb string

// The verbs. Each is about the image with the names "$IMAGE:$TAG" and "$IMAGE@$DIGEST".
const (
	PullTag        Verb = "pull-tag"        // fetch $IMAGE:$TAG
	PullDigest     Verb = "pull-digest"     // fetch $IMAGE@$DIGEST
	ListTags       Verb = "list-tags"       // list the tags of $IMAGE
	Inspect        Verb = "inspect"         // describe $IMAGE:$TAG, without a pull of the whole image
	Copy           Verb = "copy"            // copy $IMAGE:$TAG to $TARGET:$TAG, without special flags
	CopyReferrers  Verb = "copy-referrers"  // the same, with the flags to copy the attached artifacts, too
	CopyRepository Verb = "copy-repository" // copy all of $IMAGE to $TARGET
	CopyAttached   Verb = "copy-attached"   // copy, where $TAG names an attached artifact or the list of them
	PushAgain      Verb = "push-again"      // pull $IMAGE:$TAG, name it $TARGET:$TAG, push that
	PushAttached   Verb = "push-attached"   // push again, where $TAG names an attached artifact or the list of them
	DeleteTag      Verb = "delete-tag"      // delete the tag $IMAGE:$TAG, and nothing else
	DeleteDigest   Verb = "delete-digest"   // delete the manifest $IMAGE@$DIGEST
	DeleteAttached Verb = "delete-attached" // delete the manifest of an attached artifact, $IMAGE@$DIGEST
	Attach         Verb = "attach"          // attach an artifact to $IMAGE@$DIGEST, in the tool's own way
	Discover       Verb = "discover"        // list the artifacts that are attached to $IMAGE@$DIGEST
	Verify         Verb = "verify"          // verify the artifact that the tool attached
	Run            Verb = "run"             // run $IMAGE:$TAG, which prints a line
)

// Verbs lists every verb in the order of reports.
func Verbs() []Verb {
	return []Verb{PullTag, PullDigest, ListTags, Inspect, Copy, CopyReferrers, CopyRepository, CopyAttached, PushAgain, PushAttached,
		DeleteTag, DeleteDigest, DeleteAttached, Attach, Discover, Verify, Run}
}

// Like returns the verb whose action is used if a tool declares none for v. It is v
// itself for most verbs.
func (v Verb) Like() Verb {
	switch v {
	case CopyAttached:
		return Copy
	case PushAttached:
		return PushAgain
	case DeleteAttached:
		return DeleteDigest
	}
	return v
}

// Yield says which output of an action is checked, besides the state of the registry.
type Yield string

// The yields. The output of a tool is never parsed: it is only searched for digests and
// tags.
const (
	YieldsNothing   Yield = ""
	YieldsImage     Yield = "image"     // $OUT is a docker archive, an OCI archive, an OCI layout or a directory of skopeo's
	YieldsFiles     Yield = "files"     // $OUT is a directory with the content of the layers as files
	YieldsID        Yield = "id"        // the last digest printed is the image's config
	YieldsDigest    Yield = "digest"    // the last digest printed is the manifest's
	YieldsManifest  Yield = "manifest"  // the output is the bytes of the manifest
	YieldsMentions  Yield = "mentions"  // the output contains digests of the manifest, or of its config and layers
	YieldsTags      Yield = "tags"      // the output contains the tags
	YieldsReferrers Yield = "referrers" // the output contains digests of the attached artifacts
	YieldsGreeting  Yield = "greeting"  // the output contains the line that the image prints
)
