package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"
)

// place is a registry behind a delay, with the runs of both suites.
type place struct {
	registry        string
	delay           time.Duration
	official, assay []sample
	chain           int // of Assay; 0 where it is not known
}

// sample is one run.
type sample struct {
	usage
	requests, mostInFlight int
}

// measureAll measures one place after the other, so that no two measurements share the
// machine.
func measureAll(ctx context.Context, o options) ([]place, error) {
	var places []place
	for _, registry := range o.registries {
		chain := 0
		_, err := at(ctx, o.work, registry, 0, func(target string) error {
			chain = longestChain(ctx, o.work, target)
			return ctx.Err()
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", registry, err)
		}
		for _, delay := range o.delays {
			p := place{registry: registry, delay: delay, chain: chain}
			if err := p.measure(ctx, o); err != nil {
				return nil, fmt.Errorf("%s at %s: %w", registry, delay, err)
			}
			places = append(places, p)
		}
	}
	return places, nil
}

// measure runs the suites in turn, so that other load of the machine hits both.
func (p *place) measure(ctx context.Context, o options) error {
	for n := range o.runs {
		for _, side := range []struct {
			suite
			samples *[]sample
		}{{official, &p.official}, {assay, &p.assay}} {
			var s sample
			counted, err := at(ctx, o.work, p.registry, p.delay, func(target string) (err error) {
				s.usage, _, err = side.run(ctx, o.work, target)
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", side.name, err)
			}
			s.requests, s.mostInFlight = counted.Requests, counted.MostInFlight
			*side.samples = append(*side.samples, s)
			log.Printf("%s at %d ms, run %d of %d, %s: %.2f s, %d requests", p.registry, p.delay.Milliseconds(), n+1, o.runs, side.name, s.wall.Seconds(), s.requests)
		}
	}
	return nil
}

// at starts an empty registry behind a delay, and calls do with its address. It returns
// the counts of the delay.
func at(ctx context.Context, work, registry string, delay time.Duration, do func(target string) error) (counted seen, err error) {
	address, stop, err := start(ctx, work, registry)
	if err != nil {
		return counted, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	front, err := startDelay(ctx, work, address, delay)
	if err != nil {
		return counted, err
	}
	err = do(front.address)
	counted, failed := count(front)
	if err == nil {
		err = failed
	}
	return counted, err
}
