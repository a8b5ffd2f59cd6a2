package toolchains

import (
	"io/fs"
	"os"
	"path/filepath"
)

// makeDirectories makes the directories of the session, and the environment with their
// names.
func (s *Session) makeDirectories() error {
	parent, err := filepath.Abs(s.place.Dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	if s.dir, err = os.MkdirTemp(parent, "s"); err != nil { // short: sockets have paths of 108 bytes at most
		return err
	}
	if s.dir, err = filepath.EvalSymlinks(s.dir); err != nil { // the paths of mounts have no symbolic links
		return err
	}
	directory := func(name string) string { return filepath.Join(s.dir, name) }
	s.base = []variable{
		{"REGISTRY", s.place.Registry},
		{"PLAIN_HTTP", s.place.plainHTTP()},
		{"HOME", directory("home")},
		{"TMPDIR", directory("tmp")},
		{"STATE", directory("state")},
		{"TOOL", directory("tool")},
		{"XDG_CONFIG_HOME", directory("home/.config")},
		{"XDG_CACHE_HOME", directory("home/.cache")},
		{"XDG_DATA_HOME", directory("home/.local/share")},
		{"XDG_STATE_HOME", directory("home/.local/state")},
		{"XDG_RUNTIME_DIR", directory("run")},
	}
	for _, v := range s.base[2:] {
		if err := os.MkdirAll(v.value, 0o700); err != nil {
			return err
		}
	}
	if err := s.copyFiles(); err != nil {
		return err
	}
	s.base = append(s.base, expand(s.installed.Toolchain.Environment, s.base)...)
	return nil
}

// copyFiles puts the files of the tool's folder into $TOOL.
func (s *Session) copyFiles() error {
	files := s.installed.Toolchain.files
	if files == nil {
		return nil
	}
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." || name == declaration {
			return err
		}
		to := filepath.Join(s.dir, "tool", name)
		if entry.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o700)
	})
}
