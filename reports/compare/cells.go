package compare

import (
	"fmt"
	"slices"
	"strings"

	"assay/reports"
)

// looseTools returns the tools whose cells are compared although their versions differ:
// those of which each side has one version at most. It also returns a note for each of
// them.
func looseTools(sides []Side) (loose map[string]bool, notes []string) {
	loose = map[string]bool{}
	for _, name := range toolNames(sides) {
		single := true
		for _, s := range sides {
			single = single && len(versionsOf(s.Run, name)) <= 1
		}
		if !single {
			continue
		}
		text, differ := perSide(sides, func(r *reports.Run) string {
			return strings.Join(append(versionsOf(r, name), "none")[:1], "")
		})
		if differ {
			loose[name] = true
			notes = append(notes, fmt.Sprintf("the versions of %s differ: %s", name, text))
		}
	}
	return loose, notes
}

func toolNames(sides []Side) []string {
	var names []string
	for _, s := range sides {
		if s.Run.Matrix == nil {
			continue
		}
		for _, t := range s.Run.Matrix.Toolchains {
			if !slices.Contains(names, t.Name) {
				names = append(names, t.Name)
			}
		}
	}
	return names
}

func versionsOf(run *reports.Run, tool string) []string {
	var versions []string
	if run.Matrix == nil {
		return nil
	}
	for _, t := range run.Matrix.Toolchains {
		if t.Name == tool {
			versions = append(versions, t.Version)
		}
	}
	return versions
}

// rowID names the row of a result. The cells of a loose tool have no version.
func rowID(res reports.Result, loose map[string]bool) string {
	if c := res.Cell; c != nil && loose[c.Toolchain] {
		return c.Toolchain + "/" + c.Verb + "/" + c.Mechanism
	}
	return res.Requirement
}
