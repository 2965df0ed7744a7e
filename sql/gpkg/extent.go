package gpkg

import (
	"context"
	"database/sql"
	"math"
	"sync"
	"time"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// maxExtentTime bounds one reading of all the envelopes of a layer.
const maxExtentTime = 5 * time.Minute

// extents are the boxes worked out, by layer and version. Safe for concurrent use.
type extents struct {
	mu   sync.Mutex
	m    map[string]extent
	work sync.WaitGroup
}

type extent struct {
	tag string // version it was worked out for
	box geo.BBox
	ok  bool
}

// wait returns once nothing is left in the background; ctx must be done, so
// that nothing more starts.
func (e *extents) wait() {
	e.mu.Lock()   // behind a call of Extent that is starting some
	e.mu.Unlock() //nolint:staticcheck // an empty section on purpose
	e.work.Wait()
}

// Extent returns the box of all geometries in OGC:CRS84, rounded outwards to
// 1e-7 degree. See api.LayerState: it is read in the background when the last
// load did not leave it; the box of the version before serves meanwhile.
func (s *Store) Extent(_ context.Context, l *geo.Layer) (geo.BBox, bool) {
	st := s.state.Load()
	t := st.catalogue.tables[l.ID]
	if t == nil || st.file == nil || !l.HasGeometry() {
		return geo.BBox{}, false
	}
	if t.stored != nil {
		return toCRS84(*t.stored)
	}
	e := &s.extents
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.m[l.ID]
	if known.tag != st.version.Tag {
		if e.m == nil {
			e.m = map[string]extent{}
		}
		known.tag = st.version.Tag
		e.m[l.ID] = known
		if s.ctx.Err() == nil {
			e.work.Go(func() { s.workOutExtent(st, t) })
		}
	}
	return known.box, known.ok
}

func (s *Store) workOutExtent(st *state, t *table) {
	ctx, cancel := context.WithTimeout(s.ctx, maxExtentTime)
	defer cancel()
	box, ok, err := readExtent(ctx, st.file.db, t)
	if err != nil {
		s.log.Warn("extent not read", "layer", t.layer.ID, "error", err)
	}
	if ok {
		box, ok = toCRS84(box)
	}
	s.extents.mu.Lock()
	defer s.extents.mu.Unlock()
	if known := s.extents.m[t.layer.ID]; known.tag == st.version.Tag {
		if err != nil {
			known.tag = "" // try again when asked again
		} else {
			known.box, known.ok = box, ok
		}
		s.extents.m[t.layer.ID] = known
	}
}

// readExtent reads the envelope of each geometry, exactly: those of the index
// are rounded to float32.
func readExtent(ctx context.Context, q querier, t *table) (geo.BBox, bool, error) {
	g := ident(t.layer.GeomColumn)
	var b [4]sql.NullFloat64
	err := q.QueryRowContext(ctx, `SELECT min(ST_MinX(`+g+`)), min(ST_MinY(`+g+`)), max(ST_MaxX(`+g+`)), max(ST_MaxY(`+g+`)) FROM `+ident(t.layer.Table)).
		Scan(&b[0], &b[1], &b[2], &b[3])
	box := geo.BBox{CRS: t.layer.CRS, MinX: b[0].Float64, MinY: b[1].Float64, MaxX: b[2].Float64, MaxY: b[3].Float64}
	return box, err == nil && b[0].Valid, err
}

func toCRS84(b geo.BBox) (geo.BBox, bool) {
	out, err := crs.TransformBBox(b, geo.CRS84)
	if err != nil || out.IsEmpty() {
		return geo.BBox{}, false
	}
	const grain = 1e7
	out.MinX, out.MinY = math.Floor(out.MinX*grain)/grain, math.Floor(out.MinY*grain)/grain
	out.MaxX, out.MaxY = math.Ceil(out.MaxX*grain)/grain, math.Ceil(out.MaxY*grain)/grain
	return out, true
}
