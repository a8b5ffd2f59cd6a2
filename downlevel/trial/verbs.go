package trial

import "assay/downlevel/toolchains"

// Verbs lists all verbs, those of the registry itself last.
func Verbs() []toolchains.Verb { return append(toolchains.Verbs(), RegistryVerbs()...) }

// RegistryVerbs lists what the registry itself is asked.
func RegistryVerbs() []toolchains.Verb {
	var names []toolchains.Verb
	for _, v := range questions() {
		names = append(names, v.name)
	}
	return names
}

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
	for _, own := range questions() {
		if own.name == v {
			return own.about
		}
	}
	return string(v)
}
