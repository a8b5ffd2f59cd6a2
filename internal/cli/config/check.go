package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"assay/conformance"
	"assay/downlevel"
	"assay/internal/proposal"
	"assay/reports/known"
)

// CheckRun reads the password from standard input, if it has to, and checks that the
// values fit together. It sends and writes nothing.
func (c *Config) CheckRun(stdin io.Reader) error {
	if err := c.readPassword(stdin); err != nil {
		return err
	}
	for _, check := range []func() error{c.checkRepositories, c.checkCredential, c.checkFiles, c.checkTarget, c.checkReadOnly, c.readProposals} {
		if err := check(); err != nil {
			return err
		}
	}
	if err := c.readKnownFailures(conformance.ReadKnownFailures); err != nil {
		return err
	}
	return conformance.Check(c.Config)
}

// CheckDownlevel is CheckRun for a downlevel run.
func (c *Config) CheckDownlevel(stdin io.Reader) error {
	if err := c.readPassword(stdin); err != nil {
		return err
	}
	for _, check := range []func() error{c.checkCredential, c.checkFiles, c.checkTarget, c.checkReferrers, c.readProposals} {
		if err := check(); err != nil {
			return err
		}
	}
	names, err := downlevel.Toolchains(c.Declarations)
	if err != nil {
		return fmt.Errorf("%s: %w", c.origin("declarations").about, err)
	}
	for _, text := range c.Toolchains {
		name, _, _ := strings.Cut(text, "@")
		if err := oneOf("toolchain", name, names); err != nil {
			return fmt.Errorf("%s: %w", c.origin("toolchain").about, err)
		}
	}
	return c.readKnownFailures(func(path string) ([]known.Failure, error) {
		return downlevel.ReadKnownFailures(path, c.Declarations)
	})
}

// CheckClean is CheckRun for a clean-up, which needs a target.
func (c *Config) CheckClean(stdin io.Reader) error {
	if c.Embedded {
		return errors.New("there is no target: say which registry to clean up")
	}
	if err := c.readPassword(stdin); err != nil {
		return err
	}
	for _, check := range []func() error{c.checkRepositories, c.checkCredential, c.checkFiles} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// CheckProposalCompare is CheckRun for a comparison of proposals over a number of
// registries. A login is for one registry: no other may get its password.
func (c *Config) CheckProposalCompare(stdin io.Reader, registries int) error {
	if err := c.readPassword(stdin); err != nil {
		return err
	}
	for _, check := range []func() error{c.checkRepositories, c.checkCredential, c.checkFiles} {
		if err := check(); err != nil {
			return err
		}
	}
	if c.Username != "" && registries != 1 {
		return fmt.Errorf("there is a user (%s), and %d times --registry: want one, so that no other registry gets the password; logins of several come from Docker's config.json", c.origin("username").where, registries)
	}
	return nil
}

// checkReferrers refuses settings that only the embedded registry has, if there is a
// target.
func (c *Config) checkReferrers() error {
	if c.NoReferrers && !c.Embedded {
		return fmt.Errorf("%s: this is only for the embedded registry, but there is a target (%s)", c.origin("referrers").about, c.origin("target").where)
	}
	return nil
}

// readPassword reads the password from standard input if the configuration says so, and
// no stronger source has a password.
func (c *Config) readPassword(stdin io.Reader) error {
	from := c.origin("password-stdin")
	if !c.PasswordStdin || from.rank < c.origin("password").rank {
		return nil
	}
	password, err := ReadSecret(stdin)
	if err != nil {
		return fmt.Errorf("%s: %w", from.about, err)
	}
	c.Password = password
	c.origins["password"] = origin{from.rank, "standard input, by " + from.where, from.about}
	return nil
}

// readProposals reads and checks the proposals.
func (c *Config) readProposals() error {
	c.Proposals = nil
	for _, name := range c.ProposalFiles {
		p, err := proposal.Read(name)
		if err != nil {
			return fmt.Errorf("%s: %w", c.origin("proposal").about, err)
		}
		for _, other := range c.Proposals {
			if other.Name == p.Name {
				return fmt.Errorf("%s: two proposals are called %s", c.origin("proposal").about, p.Name)
			}
		}
		c.Proposals = append(c.Proposals, p)
	}
	if len(c.Proposals) > 0 && c.ReadOnly {
		return fmt.Errorf("%s: a read-only run cannot judge by proposals, because they push documents", c.origin("proposal").about)
	}
	return nil
}

func (c *Config) checkRepositories() error {
	if c.Repository == c.Repository2 {
		return fmt.Errorf("repository (%s) and repository2 (%s) are both %q: want two different repositories",
			c.origin("repository").where, c.origin("repository2").where, c.Repository)
	}
	return nil
}

func (c *Config) checkCredential() error {
	switch {
	case c.Username == "" && c.Password != "":
		return fmt.Errorf("there is a password (%s), but no user: give --username", c.origin("password").where)
	case c.Username != "" && c.Password == "":
		return fmt.Errorf("there is a user (%s), but no password: give --password-stdin or ASSAY_PASSWORD", c.origin("username").where)
	}
	return nil
}

func (c *Config) checkFiles() error {
	for name, path := range map[string]string{"ca-file": c.CAFile, "client-cert": c.ClientCert, "client-key": c.ClientKey} {
		if path == "" {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("%s: %w", c.origin(name).about, err)
		}
		_ = f.Close()
	}
	return nil
}

// readKnownFailures reads the list of known failures, and the list that is to be
// written, if it exists: its reasons are kept.
func (c *Config) readKnownFailures(read func(path string) ([]known.Failure, error)) (err error) {
	if c.KnownFailuresFile != "" {
		if c.KnownFailures, err = read(c.KnownFailuresFile); err != nil {
			return err
		}
	}
	if c.WriteKnownFailures == "" {
		return nil
	}
	switch _, err := os.Stat(c.WriteKnownFailures); {
	case err == nil:
		c.Explained, err = read(c.WriteKnownFailures)
		return err
	case !errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s: %w", c.origin("write-known-failures").about, err)
	}
	dir := filepath.Dir(c.WriteKnownFailures)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no directory %s", c.origin("write-known-failures").about, dir)
	}
	return nil
}

// checkReadOnly refuses names of existing content without --read-only: the user expects
// that such a run pushes nothing, but it would push.
func (c *Config) checkReadOnly() error {
	if c.ReadOnly {
		if c.Existing == (conformance.Existing{}) {
			return fmt.Errorf("%s: a read-only run needs content that is already there: give --manifest, --blob, --tag or --subject", c.origin("read-only").about)
		}
		return nil
	}
	for _, name := range []string{"manifest", "blob", "tag", "subject"} {
		if o, set := c.origins[name]; set && must(name).get(c) != nil {
			return fmt.Errorf("%s: this needs --read-only", o.about)
		}
	}
	return nil
}

// checkTarget refuses settings that only make sense with a target, if there is none.
// The user has forgotten the target, and a verdict on the embedded registry would
// mislead.
func (c *Config) checkTarget() error {
	if !c.Embedded {
		return nil
	}
	for _, name := range []string{"username", "ca-file", "client-cert", "client-key", "insecure", "read-only"} {
		o, set := c.origins[name]
		if set && must(name).get(c) != nil && must(name).get(c) != false {
			return fmt.Errorf("%s is set, but there is no target: give TARGET or ASSAY_TARGET", o.where)
		}
	}
	return nil
}

// ReadSecret returns the content of standard input, without the end of its line.
func ReadSecret(in io.Reader) (string, error) {
	data, err := io.ReadAll(in)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if secret == "" {
		return "", fmt.Errorf("standard input contains no password")
	}
	return secret, nil
}
