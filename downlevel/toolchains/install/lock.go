package install

import (
	"context"
	"os"
	"path/filepath"
)

// lock waits until no other process has the lock called name, and then takes it. The
// lock ends when the file is closed, or when this process and the processes that were
// given the file have ended.
func (in *Installer) lock(ctx context.Context, name string, waiting func()) (*os.File, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	dir := filepath.Join(in.Cache.Dir, "locks")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	taken, err := tryLock(file)
	if taken {
		return file, nil
	}
	if err != nil {
		_ = file.Close()
		return nil, &os.PathError{Op: "lock", Path: file.Name(), Err: err}
	}
	waiting()
	came := make(chan error)
	go func() {
		err := awaitLock(file) // nothing else can end this wait
		select {
		case came <- err:
		case <-ctx.Done():
			_ = file.Close()
		}
	}()
	select {
	case err := <-came:
		if err != nil {
			_ = file.Close()
			return nil, &os.PathError{Op: "lock", Path: file.Name(), Err: err}
		}
		return file, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
