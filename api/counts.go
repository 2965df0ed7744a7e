package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/arpent-geo/arpent/geo"
)

// counts knows how many items a question selects, exactly or not at all. What
// was counted is kept for as long as the data has the same version; that a
// count takes too long is kept for a while, so that each page does not pay for
// finding out again.
type counts struct {
	cache *otter.Cache[string, count]
	calls flights[int64]
}

type count struct {
	n     int64
	known bool
}

const (
	maxCounts    = 10_000
	tooLongAgain = time.Minute
)

func newCounts() (*counts, error) {
	cache, err := otter.New(&otter.Options[string, count]{
		MaximumSize: maxCounts,
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[string, count]) time.Duration {
			if e.Value.known {
				return 24 * time.Hour
			}
			return tooLongAgain
		}),
	})
	if err != nil {
		return nil, fmt.Errorf("make the cache of counts: %w", err)
	}
	return &counts{cache: cache}, nil
}

// count returns the number of rows that q selects, nil when it cannot be known
// within the budget. question names what is selected.
func (s *Server) count(ctx context.Context, q geo.ItemQuery, v geo.Version, question string) *int64 {
	key := digest(v.Tag, question)
	if c, ok := s.counts.cache.GetIfPresent(key); ok {
		if !c.known {
			return nil
		}
		return &c.n
	}
	q.After, q.Before, q.Offset = nil, nil, 0
	n, err := s.counts.calls.do(ctx, key, s.o.CountBudget, func(ctx context.Context) (int64, error) {
		return s.store.Count(ctx, q)
	})
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, geo.ErrTimeout) {
			s.counts.cache.Set(key, count{})
		}
		return nil
	}
	s.remember(v, question, n)
	return &n
}

// remember keeps a number of rows that was found out, unless nothing would
// tell that it no longer holds.
func (s *Server) remember(v geo.Version, question string, n int64) {
	if v.Tag != "" {
		s.counts.cache.Set(digest(v.Tag, question), count{n, true})
	}
}

// known returns a number of rows that was counted before, or nil.
func (c *counts) known(v geo.Version, question string) *int64 {
	found, ok := c.cache.GetIfPresent(digest(v.Tag, question))
	if !ok || !found.known {
		return nil
	}
	return &found.n
}
