package cli

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"assay/downlevel"
	"assay/downlevel/state"
	"assay/fixtures/mechanisms"
	"assay/internal/cli/config"
	"assay/internal/cli/nearest"
	"assay/reports"
	"assay/wire/access"
)

// putting has the options of assay put.
type putting struct {
	nonce            string
	alone, artifacts bool
	chart            bool
}

func newPut() *cobra.Command {
	var p putting
	cmd := &cobra.Command{
		Use:   "put MECHANISM TARGET",
		Short: "Push an image, and an artifact that is attached to it, to a repository",
		Long: `Push an image with two tags, v1 and stable, and another image, v2; then attach an
artifact to the first one, in the way that MECHANISM names. assay downlevel tries tools
on the same content. Without a referrers API, Assay also updates the referrers tag, as
clients have to.

TARGET is host[:port]/repository, with or without http:// or https://. MECHANISM is
` + mechanismsText() + `

Exit codes:
  0  everything is there
  1  the registry refused something
  2  wrong usage or configuration
  3  the target cannot be reached, is not a registry, or refuses the login`,
		Example: `  assay put subject-manifest localhost:5000/team/app
  assay put cosign-tags localhost:5000/team/app --nonce mine`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("assay put takes a mechanism and a target, but %d arguments were given", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			m, ok := mechanisms.Get(args[0])
			if !ok {
				names := append([]string{mechanisms.None().Name}, downlevel.Mechanisms()...)
				return fmt.Errorf("unknown mechanism %q%s the mechanisms are %s", args[0], nearest.DidYouMean(args[0], names), strings.Join(names, ", "))
			}
			host, repository, err := splitTarget(args[1])
			if err != nil {
				return err
			}
			c, err := load(cmd, []string{host})
			if err != nil {
				return err
			}
			c.Repository, c.Repository2 = repository, ""
			if err := c.CheckClean(cmd.InOrStdin()); err != nil {
				return err
			}
			return p.put(cmd, c, m)
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return downlevel.Mechanisms(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	addSettings(cmd, config.Named("username", "password", "password-stdin", "plain-http", "insecure", "ca-file", "client-cert", "client-key", "request-timeout"))
	flags := cmd.Flags()
	flags.StringVar(&p.nonce, "nonce", "", "make the content from this `text`: the same text makes the same digests. By default it is random")
	flags.BoolVar(&p.alone, "alone", false, "push the images, and attach nothing")
	flags.BoolVar(&p.artifacts, "artifacts", false, "only attach: the images are there, from assay put with --alone and the same --nonce")
	flags.BoolVar(&p.chart, "chart", false, "push Helm charts instead of images")
	return cmd
}

// mechanismsText lists the mechanisms, a line of some for the help.
func mechanismsText() string {
	text, line := "", ""
	for i, name := range append([]string{mechanisms.None().Name}, downlevel.Mechanisms()...) {
		if i > 0 {
			line += ","
		}
		if len(line)+len(name) > 84 {
			text, line = text+line+"\n", ""
		}
		if line != "" {
			line += " "
		}
		line += name
	}
	return text + line + "."
}

// splitTarget splits host[:port]/repository, with or without a scheme.
func splitTarget(text string) (host, repository string, err error) {
	scheme, rest := "", text
	if before, after, ok := strings.Cut(text, "://"); ok {
		scheme, rest = before+"://", after
	}
	host, repository, _ = strings.Cut(rest, "/")
	if host == "" || repository == "" {
		return "", "", fmt.Errorf("%q is not a target: want host[:port]/repository", text)
	}
	return scheme + host, repository, nil
}

func (p putting) put(cmd *cobra.Command, c *config.Config, m mechanisms.Mechanism) error {
	make := m.Make
	if p.chart {
		make = m.Chart
	}
	switch {
	case make == nil:
		return fmt.Errorf("the mechanism %s is for images: it cannot be put with --chart", m.Name)
	case p.alone && p.artifacts:
		return fmt.Errorf("--alone and --artifacts exclude one another")
	case p.artifacts && p.nonce == "":
		return fmt.Errorf("--artifacts needs the --nonce of the images")
	}
	client, err := access.Connect(c.Settings)
	if err != nil {
		return err
	}
	defer client.Close()
	settings := c.Settings
	settings.ReadOnly = true // what it pushes shows whether that is allowed
	if err := access.Reach(cmd.Context(), settings, client, c.Repository); err != nil {
		return &exit{exitUnfit, err}
	}
	content := make(cmp.Or(p.nonce, randomNonce()))
	repo := client.Repository(c.Repository)
	if !p.artifacts {
		err = state.Put(cmd.Context(), repo, content.Before)
	}
	if err == nil && !p.alone {
		err = state.Put(cmd.Context(), repo, content.After)
	}
	if err != nil {
		return &exit{exitFindings, fmt.Errorf("%s", client.Scrub(err.Error()))}
	}
	return p.tell(cmd.OutOrStdout(), content)
}

// randomNonce makes content that nobody else has.
func randomNonce() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// tell prints a line for each manifest that was pushed: its tag or a dash, its digest, its
// media type, and what it is attached to.
func (p putting) tell(out io.Writer, content mechanisms.Content) error {
	var pushes []mechanisms.Push
	if !p.artifacts {
		pushes = content.Before
	}
	if !p.alone {
		pushes = append(pushes[:len(pushes):len(pushes)], content.After...)
	}
	for _, push := range pushes {
		line := fmt.Sprintf("%s %s %s", cmp.Or(push.Tag, "-"), push.Manifest.Digest, push.Manifest.MediaType)
		if s := push.Manifest.Subject; s != nil {
			line += " subject " + s.Digest.String()
		}
		if _, err := fmt.Fprintln(out, reports.Printable(line, 0)); err != nil {
			return err
		}
	}
	return nil
}
