package install

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// policy is a program that Debian's packages run before they start a service.
const policy = "#!/bin/sh\n# Put here by assay while it installs packages: no service is started.\nexit 101\n"

// forbidServices stops packages below the root directory dir from starting services,
// unless the machine has its own policy.
func forbidServices(dir string) (takeBack func(), err error) {
	name := filepath.Join(dir, "usr", "sbin", "policy-rc.d")
	there, err := os.ReadFile(name)
	switch {
	case err == nil && string(there) != policy: // our own policy is left if we were killed
		return func() {}, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(name, []byte(policy), 0o755); err != nil { //nolint:gosec // it is a program
		return nil, err
	}
	return func() { _ = os.Remove(name) }, nil
}
