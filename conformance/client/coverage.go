package client

import (
	"assay/conformance/requirements"
	"assay/conformance/suite"
)

// Coverage has the titles of the specs that judge each requirement, in any version.
func Coverage() (map[requirements.ID][]string, error) {
	found := map[requirements.ID][]string{}
	seen := map[string]bool{}
	for _, v := range requirements.Versions() {
		specs, err := suite.SelectClients(v, suite.VersionFilter(v), 1)
		if err != nil {
			return nil, err
		}
		for _, s := range specs {
			res, ok := suite.Planned(s, v)
			if !ok || seen[s.Text] {
				continue
			}
			seen[s.Text] = true
			found[requirements.ID(res.Requirement)] = append(found[requirements.ID(res.Requirement)], s.Text)
		}
	}
	return found, nil
}
