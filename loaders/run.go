package loaders

import (
	"context"
	"errors"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/arpent-geo/arpent/geo"
)

// Run loads src into sink as one transaction. On error nothing has changed in
// the store, but for a connection lost during the commit, which the error then
// says. Errors: those of geo.Sink; geo.ErrInvalidInput when the file or a
// value of the key is at fault; the error of ctx.
func Run(ctx context.Context, sink geo.Sink, src Source, o Options) (*Report, error) {
	start := time.Now()
	layer, rows, warnings, err := target(ctx, src, o)
	if err != nil {
		return nil, err
	}
	key, err := newKeyCheck(layer)
	if err != nil {
		return nil, err
	}
	load, err := sink.BeginLoad(ctx, layer, o.Mode)
	if err != nil {
		return nil, err
	}
	p := &pipeline{load: load, key: key, layer: layer, progress: o.Progress, check: newChecker()}
	if err = p.run(ctx, rows, workers(o)); err == nil {
		err = load.Commit(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, load.Rollback())
	}
	r := &Report{Layer: layer, Rows: p.rows, NullGeometries: p.nulls, Elapsed: time.Since(start)}
	r.Warnings = append(append(r.Warnings, src.Warnings()...), warnings...)
	r.Invalid, r.InvalidCount = p.check.result()
	return r, nil
}

func workers(o Options) int {
	if o.Workers > 0 {
		return o.Workers
	}
	return max(1, runtime.GOMAXPROCS(0)/2)
}

// pipeline reads, writes and checks rows at the same time, batch by batch.
type pipeline struct {
	load     geo.Load
	layer    *geo.Layer
	key      *keyCheck
	check    *checker
	progress func(int64)

	rows, nulls int64 // of the writing goroutine until run returns
	free        chan *batch
}

// batchesAlive bounds the memory of a pipeline.
const batchesAlive = 8

func (p *pipeline) run(ctx context.Context, rows geo.Rows, checkers int) error {
	p.free = make(chan *batch, batchesAlive)
	for range batchesAlive {
		p.free <- newBatch(len(p.layer.Properties))
	}
	toWrite := make(chan *batch, batchesAlive)
	toCheck := make(chan *batch, batchesAlive)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(toWrite)
		defer close(toCheck)
		return p.read(ctx, rows, toWrite, toCheck)
	})
	g.Go(func() error { return p.write(ctx, toWrite) })
	for range checkers {
		g.Go(func() error { p.verify(toCheck); return nil })
	}
	return g.Wait()
}

// read fills batches. The channels hold as many batches as there are, so that
// only the wait for a free one can block.
func (p *pipeline) read(ctx context.Context, rows geo.Rows, toWrite, toCheck chan<- *batch) error {
	var b *batch
	record := int64(1)
	send := func() {
		b.users.Store(2)
		toWrite <- b
		toCheck <- b
		b = nil
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if b == nil {
			select {
			case b = <-p.free:
				b.reset(record)
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		b.add(&row)
		record++
		if b.full() {
			send()
		}
	}
	if b != nil {
		send()
	}
	return ctx.Err()
}

func (p *pipeline) write(ctx context.Context, in <-chan *batch) error {
	for b := range in {
		for i := range b.rows {
			row := &b.rows[i]
			if err := p.key.row(row, b.first+int64(i)); err != nil {
				return err
			}
			if row.WKB == nil && p.layer.Geometry != geo.GeometryNone {
				p.nulls++
			}
			if err := p.load.Write(ctx, row); err != nil {
				return err
			}
		}
		p.rows += int64(len(b.rows))
		p.release(b)
		if p.progress != nil {
			p.progress(p.rows)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (p *pipeline) verify(in <-chan *batch) {
	for b := range in {
		for i := range b.rows {
			p.check.row(&b.rows[i], b.first+int64(i))
		}
		p.release(b)
	}
}

func (p *pipeline) release(b *batch) {
	if b.users.Add(-1) == 0 {
		p.free <- b
	}
}
