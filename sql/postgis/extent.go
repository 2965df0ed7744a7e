package postgis

import (
	"context"
	"database/sql/driver"
	"math"
	"time"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// How old the extent of a layer may be: it is computed again when the version
// has changed, but not more often than extentPause; when there is no version,
// after extentAge.
const (
	extentPause = 30 * time.Second
	extentAge   = 10 * time.Minute
	extentTime  = 2 * time.Minute // longest computation
)

// Extent returns the box of all geometries in OGC:CRS84, rounded outwards. What
// a load has stored is taken while the data stays as it was then; otherwise the
// box is computed in the background, and ok is false until it is.
func (s *Store) Extent(_ context.Context, l *geo.Layer) (geo.BBox, bool) {
	c := s.current.Load()
	if c == nil || !l.HasGeometry() || c.byID[l.ID] == nil {
		return geo.BBox{}, false
	}
	t := c.byID[l.ID]
	s.states.mu.Lock()
	defer s.states.mu.Unlock()
	st := s.states.of(l.ID)
	if of := st.version.Tag + "/" + t.shape; st.stale(of) {
		if st.extentOf == "" && t.extent != nil {
			st.extent, st.known, st.extentOf, st.extentAt = *t.extent, true, of, time.Now()
		} else if !st.computing {
			st.computing = true
			s.running.Go(func() { s.computeExtent(s.life, t, of) })
		}
	}
	return st.extent, st.known
}

// knownExtent is Extent for a search: nil when it is not known.
func (s *Store) knownExtent(t *table) *geo.BBox {
	if !t.transform {
		return nil // not needed
	}
	s.states.mu.Lock()
	defer s.states.mu.Unlock()
	st := s.states.of(t.layer.ID)
	if !st.known {
		return nil
	}
	box := st.extent
	return &box
}

func (st *state) stale(of string) bool {
	age := time.Since(st.extentAt)
	if st.extentOf != of {
		return age > extentPause
	}
	return st.version.Tag == "" && age > extentAge
}

func (s *Store) computeExtent(ctx context.Context, t *table, of string) {
	ctx, cancel := context.WithTimeout(ctx, extentTime)
	defer cancel()
	box, ok, err := s.readExtent(ctx, t)
	s.states.mu.Lock()
	defer s.states.mu.Unlock()
	st := s.states.of(t.layer.ID)
	st.computing, st.extentAt = false, time.Now()
	if err != nil {
		s.opts.Logger.Warn("the extent of a layer could not be computed", "layer", t.layer.ID, "error", err)
		return
	}
	st.extent, st.known, st.extentOf = box, ok, of
}

// readExtent asks for the box of the geometries as they are stored, and carries
// it over to degrees; of a system that only the database knows, for that of the
// geometries in degrees.
func (s *Store) readExtent(ctx context.Context, t *table) (geo.BBox, bool, error) {
	return readExtent(ctx, t, func(ctx context.Context, st statement, each func([]driver.Value) error) error {
		return s.slow.query(ctx, st, nil, each)
	})
}

func readExtent(ctx context.Context, t *table, query func(context.Context, statement, func([]driver.Value) error) error) (geo.BBox, bool, error) {
	b := &builder{}
	geom, in := t.geomSQL(), t.layer.StorageCRS
	switch {
	case t.transform:
		geom, in = "ST_Transform("+geom+", 4326)", geo.CRS84
	case t.geography:
		geom += "::geometry"
	}
	b.add("SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent(", geom, ") AS e FROM ", t.fromSQL(), ") AS x")
	box, ok := geo.EmptyBBox(in), false
	err := query(ctx, b.statement(), func(v []driver.Value) error {
		if v[0] != nil {
			box.MinX, box.MinY, box.MaxX, box.MaxY, ok = float(v[0]), float(v[1]), float(v[2]), float(v[3]), true
		}
		return nil
	})
	if err != nil || !ok {
		return geo.BBox{}, false, explain(ctx, "compute the extent of "+t.layer.ID, err)
	}
	if box, err = crs.TransformBBox(box, geo.CRS84); err != nil || box.IsEmpty() {
		return geo.BBox{}, false, err
	}
	return outwards(box), true, nil
}

// outwards rounds a box in degrees to 7 decimals (1 cm), never inwards.
func outwards(b geo.BBox) geo.BBox {
	const unit = 1e7
	b.MinX, b.MinY = math.Floor(b.MinX*unit)/unit, math.Floor(b.MinY*unit)/unit
	b.MaxX, b.MaxY = math.Ceil(b.MaxX*unit)/unit, math.Ceil(b.MaxY*unit)/unit
	return b
}
