package faults

import "slices"

// Variants lists every variant.
func Variants() []Variant {
	return slices.Concat(
		redirectVariants(),
		transportVariants(),
		waitingVariants(),
		rangeVariants(),
		digestHeaderVariants(),
		pullVariants(),
		pushManifestVariants(),
		locationVariants(),
		uploadNameVariants(),
		cancelVariants(),
		pushBlobVariants(),
		sha512Variants(),
		deleteVariants(),
		tagPageVariants(),
		tagListVariants(),
		referrerVariants(),
		downlevelVariants(),
		errorVariants(),
		warningVariants(),
		loginVariants(),
	)
}
