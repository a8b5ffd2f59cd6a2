package trial

import "assay/downlevel/toolchains"

var verbTexts = map[toolchains.Verb]string{
	toolchains.PullTag:        "A pull by tag fetches the image.",
	toolchains.PullDigest:     "A pull by digest fetches the manifest with that digest.",
	toolchains.ListTags:       "A list of tags has every tag of the repository.",
	toolchains.Inspect:        "The description of a tag is about its image.",
	toolchains.Copy:           "A copy of a tag is the image that the tag names.",
	toolchains.CopyReferrers:  "A copy with the attached artifacts has all of them.",
	toolchains.CopyRepository: "A copy of a repository has every tag and every attached artifact.",
	toolchains.CopyAttached:   "A copy of an artifact's tag is the artifact, or the list of referrers, that the tag names.",
	toolchains.PushAttached:   "Pull, tag and push of an artifact's tag make the same artifact, or say that it is no image.",
	toolchains.DeleteAttached: "Deleting an artifact removes it from the list of referrers, and changes nothing else.",
	toolchains.PushAgain:      "Pull, tag and push make the same image in another repository.",
	toolchains.DeleteTag:      "Deleting a tag removes only this tag.",
	toolchains.DeleteDigest:   "Deleting a manifest does not change other images.",
	toolchains.Attach:         "Attaching an artifact keeps the image and all earlier artifacts.",
	toolchains.Discover:       "A list of the attached artifacts has all of them.",
	toolchains.Verify:         "An artifact that was attached before can still be verified.",
	toolchains.Run:            "The image runs.",
}

// About says in a sentence what a tool must do for the verb.
func About(v toolchains.Verb) string {
	if text, ok := verbTexts[v]; ok {
		return text
	}
	return string(v)
}
