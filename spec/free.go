package spec

// NoRequirement is the label of specs that judge no requirement of the
// catalogue, in trees whose rule is that every spec judges one.
const NoRequirement = "no-requirement"
