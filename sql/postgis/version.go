package postgis

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// states holds what polls have seen of the data of each layer. Safe for
// concurrent use.
type states struct {
	mu      sync.Mutex
	byLayer map[string]*state // by layer id
}

type state struct {
	version   geo.Version
	extent    geo.BBox
	known     bool // extent is
	extentOf  string
	extentAt  time.Time
	computing bool
}

func (s *states) init() { s.byLayer = map[string]*state{} }

func (s *states) of(id string) *state {
	st := s.byLayer[id]
	if st == nil {
		st = &state{}
		s.byLayer[id] = st
	}
	return st
}

// versionsSQL gives a digest of the changes that can be seen of each layer. It
// depends on their set only: neither on the order of commits, nor on rows
// folded into one.
const versionsSQL = `SELECT layer, sum(n)::text || '.' || sum(total)::text FROM arpent.layer_version GROUP BY layer`

// Version returns what the last poll saw; no tag when the layer is not tracked.
func (s *Store) Version(_ context.Context, l *geo.Layer) (geo.Version, error) {
	s.states.mu.Lock()
	defer s.states.mu.Unlock()
	if st := s.states.byLayer[l.ID]; st != nil {
		return st.version, nil
	}
	return geo.Version{}, nil
}

// pollVersions reads the digests and makes the versions of the layers.
func (s *Store) pollVersions(ctx context.Context) error {
	c := s.current.Load()
	if c == nil {
		return s.refresh(ctx)
	}
	var digests map[string]string
	if c.arpent {
		var err error
		if digests, err = s.readDigests(ctx); err != nil {
			return err
		}
	}
	now := time.Now()
	s.states.mu.Lock()
	defer s.states.mu.Unlock()
	for id := range s.states.byLayer {
		if c.byID[id] == nil {
			delete(s.states.byLayer, id)
		}
	}
	for _, l := range c.layers {
		st := s.states.of(l.ID)
		if tag := c.byID[l.ID].tag(digests); tag != st.version.Tag {
			st.version = geo.Version{Tag: tag}
			if tag != "" {
				// When it was seen, not when it was written: commits come out of
				// order, and a date that goes back would keep stale answers alive.
				st.version.Modified = now.UTC().Truncate(time.Second).Add(time.Second)
			}
		}
	}
	return nil
}

// readDigests reads them from every host that rows are read from. A digest that
// they do not agree on is left out: no answer of a host that lags behind may
// carry the version of one that does not.
func (s *Store) readDigests(ctx context.Context) (map[string]string, error) {
	pools := s.hosts
	if len(pools) == 0 {
		pools = []*pool{s.meta}
	}
	var out map[string]string
	var last error
	for _, p := range pools {
		seen := map[string]string{}
		err := p.query(ctx, statement{text: versionsSQL}, nil, func(v []driver.Value) error {
			seen[text(v[0])] = text(v[1])
			return nil
		})
		switch {
		case missing(err): // schema arpent was dropped, or closed to us: nothing is tracked
			_ = s.suspect(explain(ctx, "read the versions of the data", err))
			return nil, nil
		case err != nil:
			last = explain(ctx, "read the versions of the data", err)
		case out == nil:
			out = seen
		default:
			disagree(out, seen)
		}
	}
	if out == nil {
		return nil, last
	}
	return out, nil
}

// disagree empties the digests of a that b does not share.
func disagree(a, b map[string]string) {
	for name, d := range a {
		if b[name] != d {
			a[name] = ""
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			a[name] = ""
		}
	}
}

// tag is the version of the layer: of its rows, of the definition of its table,
// of what is said of it. Empty when the layer is not tracked.
func (t *table) tag(digests map[string]string) string {
	if len(t.tracked) == 0 || digests == nil {
		return ""
	}
	h := fnv.New128a()
	for _, name := range t.tracked {
		d, seen := digests[name]
		if seen && d == "" {
			return ""
		}
		fmt.Fprintf(h, "%s=%s;", name, d)
	}
	_, _ = h.Write([]byte(t.shape)) // a hash takes everything
	return hex.EncodeToString(h.Sum(nil)[:12])
}
