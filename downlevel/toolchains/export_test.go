package toolchains

// FindAmong finds tools that are not declared in this package.
var FindAmong = find
