package install

import (
	"context"

	"assay/downlevel/toolchains"
)

// NewOn makes an installer for a machine with the root directory dir.
func NewOn(dir string, isRoot bool, cache toolchains.Cache) *Installer {
	in := New(cache)
	in.machine = machine{dir, isRoot}
	return in
}

// Asks replaces the function that asks a tool for its version.
func (in *Installer) Asks(answer string) {
	in.ask = func(context.Context, *toolchains.Toolchain, toolchains.Manifest) string { return answer }
}

// Lock takes a lock as the installer does.
func (in *Installer) Lock(ctx context.Context, name string) (func(), error) {
	file, err := in.lock(ctx, name, func() {})
	if err != nil {
		return nil, err
	}
	return func() { _ = file.Close() }, nil
}

// Mirrors returns the mirrors of the machine: main, security, updates and the keyring.
func Mirrors(dir string) ([]string, error) {
	m, err := machine{dir: dir}.mirrors()
	return []string{m.main, m.security, m.updates, m.keyring}, err
}
