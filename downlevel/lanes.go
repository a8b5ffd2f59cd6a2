package downlevel

import (
	"context"
	"fmt"

	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/reports"
	"assay/runner"
)

// lanesOf distributes the cells of the tools to lanes. Lanes that cannot be split come
// first, so that no long lane is left at the end.
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

// toolLanes distributes the cells of one tool. If the tool has daemons, it has one
// lane, else a lane for each of the run's jobs. The lanes share the controls. The
// results do not depend on the lane of a mechanism.
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

// every returns the columns at first, first+number, first+2*number and so on.
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
