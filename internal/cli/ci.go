package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"assay/downlevel/toolchains"
	"assay/internal/cli/pipelines"
)

func newCI() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ci SYSTEM",
		Short: "Print a configuration that runs the shards of a run on many machines",
		Long: `Print a configuration for a CI system or a cluster. It runs the shards of a run on many
machines, for one registry or for many, and joins their results.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("assay ci needs a system: github or kubernetes")
			}
			return fmt.Errorf("assay ci does not know %q: there are github and kubernetes", args[0])
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(
		newPipeline("github", "Print a GitHub workflow: a matrix of registries and shards, and a job that joins them", pipelines.Plan.GitHub, false),
		newPipeline("kubernetes", "Print Jobs for Kubernetes: one with a pod for each shard, and one that joins them", pipelines.Plan.Kubernetes, true),
	)
	return cmd
}

// newPipeline is the command for one system. needsImage says that it cannot build Assay.
func newPipeline(system, short string, write func(pipelines.Plan, io.Writer) error, needsImage bool) *cobra.Command {
	var (
		plan       pipelines.Plan
		registries []string
	)
	cmd := &cobra.Command{
		Use:     system,
		Short:   short,
		Example: "  assay ci " + system + " --image registry.example.com/assay:v1 --registry staging=registry.example.com --shards 6",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOfWords("--command", plan.Command, []string{"downlevel", "run"}); err != nil {
				return err
			}
			if plan.Downlevel() {
				if err := oneOfWords("--profile", plan.Profile, toolchains.Profiles()); err != nil {
					return err
				}
			} else if cmd.Flags().Changed("profile") {
				return fmt.Errorf("--profile: only assay downlevel has profiles")
			} else {
				plan.Profile = ""
			}
			if needsImage && plan.Image == "" {
				return fmt.Errorf("--image: name the container image that has assay")
			}
			plan.Registries = nil
			for _, text := range registries {
				r, err := pipelines.ParseRegistry(text)
				if err != nil {
					return fmt.Errorf("--registry: %w", err)
				}
				plan.Registries = append(plan.Registries, r)
			}
			if len(plan.Registries) == 0 {
				plan.Registries = []pipelines.Registry{pipelines.Embedded}
			}
			if err := plan.Check(); err != nil {
				return err
			}
			plan.Made = madeBy(system, plan)
			return write(plan, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&plan.Command, "command", "downlevel", "`name` of the command: downlevel or run")
	cmd.Flags().IntVar(&plan.Shards, "shards", 4, "`number` of shards for each registry")
	cmd.Flags().StringVar(&plan.Profile, "profile", "full", "`profile` of the tools of assay downlevel: "+strings.Join(toolchains.Profiles(), ", "))
	cmd.Flags().StringArrayVar(&registries, "registry", nil, "`name=target` of a registry, such as staging=registry.example.com; may be given several times. Without it, each shard tests the embedded registry")
	cmd.Flags().StringVar(&plan.Image, "image", "", "container `image` that has assay"+map[bool]string{false: "; without it, the workflow builds Assay from its repository"}[needsImage])
	cmd.Flags().SortFlags = false
	completeWords(cmd, "command", func() []string { return []string{"downlevel", "run"} })
	completeWords(cmd, "profile", toolchains.Profiles)
	return cmd
}

// madeBy is the command line that makes the configuration again.
func madeBy(system string, p pipelines.Plan) string {
	words := []string{"assay", "ci", system, "--command", p.Command, "--shards", fmt.Sprint(p.Shards)}
	if p.Profile != "" {
		words = append(words, "--profile", p.Profile)
	}
	for _, r := range p.Registries {
		if r != pipelines.Embedded {
			words = append(words, "--registry", r.Name+"="+r.Target)
		}
	}
	if p.Image != "" {
		words = append(words, "--image", p.Image)
	}
	return strings.Join(words, " ")
}
