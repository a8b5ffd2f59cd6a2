package trial

import "assay/downlevel/toolchains"

var verbTexts = map[toolchains.Verb]string{
	toolchains.PullTag:        "Fetching the image by its tag gets the image.",
	toolchains.PullDigest:     "Fetching by digest gets what has the digest.",
	toolchains.ListTags:       "A list of tags has every tag.",
	toolchains.Inspect:        "What is shown of the tag is about the image.",
	toolchains.Copy:           "A copy of the tag is what the tag names.",
	toolchains.CopyReferrers:  "A copy with what is attached has all of it.",
	toolchains.CopyRepository: "A copy of the repository has every tag, and all that is attached.",
	toolchains.PushAgain:      "Pulling, tagging and pushing again makes the same image elsewhere.",
	toolchains.DeleteTag:      "Deleting a tag takes the tag away, and nothing else.",
	toolchains.DeleteDigest:   "Deleting a manifest leaves other images as they are.",
	toolchains.Attach:         "Attaching something leaves the image and all that is attached already.",
	toolchains.Discover:       "A list of what is attached has all of it.",
	toolchains.Verify:         "What was attached before can still be verified.",
	toolchains.Run:            "The image runs.",
}

// About is what a cell of the verb shows, as a sentence.
func About(v toolchains.Verb) string {
	if text, ok := verbTexts[v]; ok {
		return text
	}
	return string(v)
}
