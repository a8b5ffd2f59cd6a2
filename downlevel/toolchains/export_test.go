package toolchains

// FindAmong finds tools that are not declared in this package.
var FindAmong = find

// Lacking is what of the needs a user of a system lacks.
var Lacking = lacking
