package stage

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/fixtures"
)

// Job is one step, as a driver is told of it.
type Job struct {
	Verb       Verb
	Registry   string // host:port; it speaks HTTP
	Repository string
	Reference  string
	// Tag and Digest name the same manifest as Reference; Tag is empty if only the digest
	// names it.
	Tag, Digest string
	// Content is what is to be pushed; it is in Layout, too.
	Content fixtures.Manifest
	// Layout is the path of a layout: for push it has the content, for pull it does not
	// exist yet.
	Layout string
	// File and ArtifactType are for attach.
	File, ArtifactType string
	// Blob is the digest of the file.
	Blob digest.Digest
	// Target is for copy: registry/repository:tag.
	Target string
	// Username and Password are empty if no login is asked for.
	Username, Password string
	// Dir is an empty directory; Home has the private directories.
	Dir, Home string
	// Timeout is how long the step may take.
	Timeout time.Duration
}

// Image is what the job is about, as people type it.
func (j Job) Image() string {
	image := j.Registry + "/" + j.Repository
	if j.Reference == j.Digest {
		return image + "@" + j.Digest
	}
	return image + ":" + j.Reference
}

// Mark is a variable, NAME=VALUE, that no other step has: by it, a driver finds what a step
// has started.
func (j Job) Mark() string { return "ASSAY_STEP=" + j.Dir }

// Environ is the environment of the contract, NAME=VALUE, without PATH and the locale.
func (j Job) Environ() []string {
	env := []string{
		"ASSAY_VERB=" + string(j.Verb), "ASSAY_REGISTRY=" + j.Registry, "ASSAY_PLAIN_HTTP=1", "ASSAY_REPOSITORY=" + j.Repository,
		"ASSAY_REFERENCE=" + j.Reference, "ASSAY_IMAGE=" + j.Image(), j.Mark(),
		"HOME=" + j.Home, "TMPDIR=" + filepath.Join(j.Home, "tmp"),
		"XDG_CONFIG_HOME=" + filepath.Join(j.Home, ".config"), "XDG_CACHE_HOME=" + filepath.Join(j.Home, ".cache"),
		"XDG_DATA_HOME=" + filepath.Join(j.Home, ".local/share"), "XDG_STATE_HOME=" + filepath.Join(j.Home, ".local/state"),
		"XDG_RUNTIME_DIR=" + filepath.Join(j.Home, "run"), "DOCKER_CONFIG=" + filepath.Join(j.Home, ".docker"),
	}
	for _, v := range [][2]string{
		{"ASSAY_LAYOUT", j.Layout}, {"ASSAY_FILE", j.File}, {"ASSAY_ARTIFACT_TYPE", j.ArtifactType}, {"ASSAY_TARGET", j.Target},
		{"ASSAY_USERNAME", j.Username}, {"ASSAY_PASSWORD", j.Password},
	} {
		if v[1] != "" {
			env = append(env, v[0]+"="+v[1])
		}
	}
	return env
}

// Ended says how a step ended.
type Ended struct {
	// Exit is the exit code; 128 and more if a signal ended the client.
	Exit           int
	Stdout, Stderr string
	// TimedOut says that the step was ended because it took too long.
	TimedOut bool
	// Loose says that tags and digests stand somewhere in the output, not one a line.
	Loose bool
	// Err says why the step could not be done; that is no fault of the client.
	Err     error
	Seconds float64
}

// Unsupported is the exit code of a client that has no such verb.
const Unsupported = 64

// Driver runs a client.
type Driver interface {
	// Name is how reports call the client.
	Name() string
	// Content makes the content that the client is for.
	Content() Base
	// Start begins the use of a registry. The session ends with Stop.
	Start(ctx context.Context, place Place) (Session, error)
}

// Place is the registry of a scenario.
type Place struct {
	Registry, Username, Password string
	// Dir is a directory for the session.
	Dir     string
	Timeout time.Duration
	// Hold puts content into a repository of the registry that is not judged, and returns
	// its name. It is for clients that cannot push a layout, and copy instead.
	Hold func(m fixtures.Manifest, tag string) (repository string)
}

// Session is a client in use.
type Session interface {
	Do(ctx context.Context, j Job) Ended
	Stop()
}

// Directories makes the private directories of a program: the one that it starts in, and
// those below its home. Only programs use them, so that others need not wait for them.
func (j Job) Directories() error {
	all := []string{j.Dir}
	for _, name := range []string{"tmp", ".config", ".cache", ".local/share", ".local/state", "run"} {
		all = append(all, filepath.Join(j.Home, name))
	}
	for _, dir := range all {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// logins writes the configuration with the logins of a scenario.
func logins(home, registry string, login *Login) error {
	auth := func(user, password string) map[string]string {
		return map[string]string{"auth": base64.StdEncoding.EncodeToString([]byte(user + ":" + password))}
	}
	auths := map[string]any{UpstreamRegistry: auth(upstreamUsername, UpstreamPassword)}
	if login != nil {
		auths[registry] = auth(Username, Password)
	}
	config, err := json.Marshal(map[string]any{"auths": auths})
	if err != nil {
		return err
	}
	return write(filepath.Join(home, ".docker", "config.json"), config)
}
