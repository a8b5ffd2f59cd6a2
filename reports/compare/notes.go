package compare

import (
	"fmt"
	"slices"
	"strings"

	"assay/reports"
)

// notes say in one sentence each what makes the sides hard to compare.
func notes(sides []Side) []string {
	all := []string{}
	add := func(what string, of func(*reports.Run) string) {
		if text, differ := perSide(sides, of); differ {
			all = append(all, what+": "+text)
		}
	}
	add("the versions of the distribution-spec differ", func(r *reports.Run) string { return r.Spec })
	add("the versions of Assay differ", func(r *reports.Run) string { return r.Assay.Version })
	for i, s := range sides {
		if s.Run.Interrupted != "" {
			all = append(all, fmt.Sprintf("the run of %s was interrupted: %s", letter(i), s.Run.Interrupted))
		}
		if s.Run.Shard != nil {
			all = append(all, fmt.Sprintf("the results of %s are not whole: %s", letter(i), s.Run.Shard))
		}
	}
	for _, name := range features(sides) {
		add("the feature "+name+" differs", func(r *reports.Run) string {
			for _, f := range r.Features {
				if f.Name == name {
					return f.State
				}
			}
			return "not known"
		})
	}
	return all
}

// perSide has the value of each side, and says whether there is more than one.
func perSide(sides []Side, of func(*reports.Run) string) (text string, differ bool) {
	var parts []string
	for i, s := range sides {
		value := of(s.Run)
		differ = differ || value != of(sides[0].Run)
		parts = append(parts, letter(i)+" "+value)
	}
	return strings.Join(parts, ", "), differ
}

func features(sides []Side) []string {
	var names []string
	for _, s := range sides {
		for _, f := range s.Run.Features {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}
