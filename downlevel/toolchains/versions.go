package toolchains

import (
	"math"
	"regexp"

	"github.com/Masterminds/semver/v3"
)

// anyVersion finds a version where a declaration has no pattern of its own:
// the first thing like 1.2.3, with what makes it a pre-release.
var anyVersion = regexp.MustCompile(`\d+\.\d+(\.\d+)?(-(alpha|beta|rc|dev)[.-]?\d*)?`)

// findVersion is the version in what a program printed, in the form of
// semantic versions; empty when there is none.
func findVersion(printed, pattern string) string {
	expression := anyVersion
	if pattern != "" {
		expression = regexp.MustCompile(pattern) // it was checked
	}
	found := expression.FindStringSubmatch(printed)
	if found == nil {
		return ""
	}
	text := found[0]
	if pattern != "" && len(found) > 1 {
		text = found[1]
	}
	v, err := parseVersion(text)
	if err != nil {
		return ""
	}
	return v.String()
}

func parseVersion(text string) (*semver.Version, error) { return semver.NewVersion(text) }

// parseRange reads a range of versions; that of an empty text holds them all,
// and pre-releases count as any other.
func parseRange(text string) (*semver.Constraints, error) {
	if text == "" {
		text = ">=0"
	}
	r, err := semver.NewConstraint(text)
	if err != nil {
		return nil, err
	}
	r.IncludePrerelease = true
	return r, nil
}

// holds says whether version is in the range, which was checked.
func holds(text, version string) bool {
	r, err := parseRange(text)
	if err != nil {
		return false
	}
	v, err := parseVersion(version)
	return err == nil && r.Check(v)
}

// CompareVersions orders versions as a person would; what is no version comes
// first.
func CompareVersions(a, b string) int {
	va, errA := parseVersion(a)
	vb, errB := parseVersion(b)
	switch {
	case errA != nil && errB != nil:
		return 0
	case errA != nil:
		return -1
	case errB != nil:
		return 1
	}
	return va.Compare(vb)
}

// distance says how far two versions are from each other: the smallest in the order of
// slices.Compare is the nearest. What is no version is the farthest.
func distance(a, b string) []uint64 {
	va, errA := parseVersion(a)
	vb, errB := parseVersion(b)
	if errA != nil || errB != nil {
		return []uint64{math.MaxUint64}
	}
	apart := func(a, b uint64) uint64 { return max(a, b) - min(a, b) }
	return []uint64{apart(va.Major(), vb.Major()), apart(va.Minor(), vb.Minor()), apart(va.Patch(), vb.Patch())}
}
