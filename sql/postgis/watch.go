package postgis

import (
	"context"
	"errors"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

var errNotRead = errors.New("the database has not been read yet")

// between is the shortest time between two looks at the catalogue, whoever
// asks: a crowd of requests for unknown layers makes one.
const between = 250 * time.Millisecond

// refresher lets one look at the catalogue run at a time; who comes meanwhile
// waits for it and takes its result.
type refresher struct {
	turn chan struct{} // holds one token
	wake chan struct{} // asks the watcher for a look soon
	last time.Time
	err  error
}

func (r *refresher) init() {
	r.turn, r.wake = make(chan struct{}, 1), make(chan struct{}, 1)
}

// watch polls the versions of the data, and looks at the catalogue from time
// to time, until ctx ends.
func (s *Store) watch(ctx context.Context) {
	poll := time.NewTicker(s.opts.Poll)
	defer poll.Stop()
	look := time.NewTicker(s.opts.Refresh)
	defer look.Stop()
	away := s.current.Load() == nil
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			err = s.bounded(ctx, s.refresh)
		case <-s.look.wake:
			err = s.bounded(ctx, s.refresh)
		case <-poll.C:
			err = s.bounded(ctx, s.pollVersions)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !away:
			s.opts.Logger.Warn("the database cannot be read", "error", err)
		case err == nil && away:
			s.opts.Logger.Info("the database answers")
		}
		away = err != nil
	}
}

// bounded runs f for as long as a statement may take.
func (s *Store) bounded(ctx context.Context, f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.opts.StatementTimeout)
	defer cancel()
	return f(ctx)
}

// refresh looks whether the catalogue of the database has changed since the
// last look, and reads it again if so.
func (s *Store) refresh(ctx context.Context) error {
	asked := time.Now()
	select {
	case s.look.turn <- struct{}{}:
		defer func() { <-s.look.turn }()
	case <-ctx.Done():
		return explain(ctx, "wait for the catalogue", ctx.Err())
	}
	if s.look.last.After(asked.Add(-between)) {
		return s.look.err
	}
	err := s.readCatalog(ctx)
	if ctx.Err() == nil { // the impatience of one caller says nothing of the database
		s.look.last, s.look.err = time.Now(), err
	}
	return err
}

// suspect asks for a look at the catalogue soon when the error of a statement
// says that a layer is no longer what it was. It returns the error.
func (s *Store) suspect(err error) error {
	if errors.Is(err, geo.ErrNotFound) || errors.Is(err, geo.ErrChanged) || errors.Is(err, geo.ErrForbidden) {
		select {
		case s.look.wake <- struct{}{}:
		default:
		}
	}
	return err
}
