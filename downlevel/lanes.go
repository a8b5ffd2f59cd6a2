package downlevel

import (
	"context"
	"fmt"

	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/reports"
	"assay/runner"
)

// lanesOf are the cells of the tools as lanes of work. Those that cannot be split
// come first, so that no long one is left at the end.
func lanesOf(cfg Config, run trial.Run, tools []trial.Tool) []runner.Lane {
	var whole, split []runner.Lane
	for _, t := range tools {
		lanes := toolLanes(cfg, run, t)
		if len(lanes) == 1 {
			whole = append(whole, lanes...)
		} else {
			split = append(split, lanes...)
		}
	}
	return append(whole, split...)
}

// toolLanes are the cells of one tool: in one lane when it has daemons, and else
// in as many as are under way at the same time. The lanes share the controls;
// which mechanisms are in which lane makes no difference to what comes of them.
func toolLanes(cfg Config, run trial.Run, t trial.Tool) []runner.Lane {
	columns, controls := columnsOf(cfg), trial.NewControls(t, columnsOf(cfg))
	number := max(1, min(cfg.Jobs, len(columns)))
	if t.Installed.HasDaemons() {
		number = 1
	}
	var lanes []runner.Lane
	for i := range number {
		if cells := cellsOf(cfg, t, every(columns, i, number)); len(cells) > 0 {
			lanes = append(lanes, laneOf(run.NewLane(fmt.Sprintf("%s#%d", t, i), controls), cells))
		}
	}
	return lanes
}

// every takes one column of each number, beginning with the one at first.
func every(columns []mechanisms.Mechanism, first, number int) []mechanisms.Mechanism {
	var some []mechanisms.Mechanism
	for i := first; i < len(columns); i += number {
		some = append(some, columns[i])
	}
	return some
}

func laneOf(lane *trial.Lane, cells []trial.Cell) runner.Lane {
	out := runner.Lane{Done: lane.Close}
	for _, c := range cells {
		out.Pieces = append(out.Pieces, runner.Piece{Planned: c.Result(), Do: func(ctx context.Context) reports.Result {
			return lane.Try(ctx, c)
		}})
	}
	return out
}
