package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// load is one load under way: one transaction on a connection of its own.
type load struct {
	s    *Store
	mode geo.LoadMode
	plan *layout
	new  *newFile // nil: into a file that exists

	db    *sql.DB
	conn  *sql.Conn
	quiet context.Context //nolint:containedctx // never done: a statement on it costs no goroutine
	row   *sql.Stmt
	index *sql.Stmt // nil: triggers do it
	old   *geo.BBox // bounds before an append; nil: not known

	n      int64
	flat   int64 // rows without z in a layer that has one
	bounds geo.BBox
	shape  wkb.Geometry
	blob   []byte
	args   []any
	types  []string // affinities of the properties
	ended  bool
}

// BeginLoad implements geo.Sink. Another load, here or in another process,
// is refused with geo.ErrConflict.
func (s *Store) BeginLoad(ctx context.Context, l *geo.Layer, mode geo.LoadMode) (geo.Load, error) {
	if s.o.ReadOnly {
		return nil, &geo.Error{Kind: geo.ErrReadOnly, Where: s.path,
			Msg: geo.Text{FR: "le fichier est ouvert en lecture seule", EN: "the file is opened read-only"}}
	}
	plan, err := newLayout(l)
	if err != nil {
		return nil, err
	}
	if !s.loading.TryLock() {
		return nil, otherLoad(s.path, nil)
	}
	ld := &load{s: s, mode: mode, plan: plan, quiet: context.WithoutCancel(ctx), bounds: geo.EmptyBBox(l.CRS)}
	if err := ld.begin(ctx); err != nil {
		_ = ld.Rollback()
		return nil, explain(ctx, "begin to load "+l.Table, err)
	}
	return ld, nil
}

func otherLoad(path string, cause error) error {
	return &geo.Error{Kind: geo.ErrConflict, Where: path, Err: cause,
		Msg:  geo.Text{FR: "un autre programme écrit dans ce fichier", EN: "another program is writing to this file"},
		Hint: geo.Text{FR: "attendez qu'il ait fini, puis recommencez", EN: "wait until it has finished, then start again"}}
}

func (l *load) begin(ctx context.Context) (err error) {
	if exists(l.s.path) {
		l.db = openDB(l.s.drv, l.s.path, "rw", 1, nil)
	} else if l.new, l.db, err = startFile(ctx, l.s.drv, l.s.path); err != nil {
		return err
	}
	if l.conn, err = l.db.Conn(ctx); err != nil {
		return err
	}
	if l.new == nil {
		if err := l.keepReadersGoing(ctx); err != nil {
			return err
		}
		if _, err := l.conn.ExecContext(ctx, `BEGIN IMMEDIATE`); isBusy(err) {
			return otherLoad(l.s.path, err)
		} else if err != nil {
			return err
		}
	}
	if err := ensureCore(ctx, l.conn); err != nil {
		return err
	}
	if err := l.makeRoom(ctx); err != nil {
		return err
	}
	return l.prepare()
}

// keepReadersGoing puts a file that Arpent has filled before in WAL mode, so
// that it can be read during the load. The mode of a file of others is theirs.
func (l *load) keepReadersGoing(ctx context.Context) error {
	var ours bool
	err := l.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = ?)`, layerTable).Scan(&ours)
	if err != nil || !ours {
		return err
	}
	l.s.wrote.Store(true)
	_, err = l.conn.ExecContext(ctx, `PRAGMA journal_mode = WAL`)
	if isBusy(err) {
		return nil // read or written just now: the mode it has will do
	}
	return err
}

// makeRoom makes the table, empties its place or checks that it fits.
func (l *load) makeRoom(ctx context.Context) error {
	objects, err := readObjects(ctx, l.conn)
	if err != nil {
		return err
	}
	obj, found := objects[strings.ToLower(l.plan.table)]
	switch {
	case found && l.mode == geo.LoadCreate:
		return &geo.Error{Kind: geo.ErrConflict, Where: l.plan.table,
			Msg:  geo.Text{FR: "la couche existe déjà", EN: "the layer exists already"},
			Hint: geo.Text{FR: "--replace la remplace, --append la complète", EN: "--replace replaces it, --append adds to it"}}
	case found && obj.kind == "view":
		return &geo.Error{Kind: geo.ErrConflict, Where: l.plan.table,
			Msg: geo.Text{FR: "c'est une vue, qui ne se remplit pas", EN: "it is a view, which cannot be filled"}}
	case found && l.mode == geo.LoadAppend:
		return l.fit(ctx)
	case l.mode == geo.LoadAppend:
		l.mode = geo.LoadCreate
	}
	// Also when there is no table: what a program that dropped it left behind.
	if err := l.plan.drop(ctx, l.conn, objects); err != nil {
		return err
	}
	return l.plan.create(ctx, l.conn)
}

// fit checks that the layer and the table have the same shape, and takes the
// names of the table.
func (l *load) fit(ctx context.Context) error {
	c, err := readCatalogue(ctx, l.conn, &Options{})
	if err != nil {
		return err
	}
	var t *table
	for _, candidate := range c.tables {
		if strings.EqualFold(candidate.layer.Table, l.plan.table) {
			t = candidate
		}
	}
	differs := func(fr, en string) error {
		return geo.Invalid(l.plan.table, geo.Text{FR: "la couche n'a pas la même forme : " + fr, EN: "the layer has another shape: " + en},
			geo.Text{FR: "--replace la remplace", EN: "--replace replaces it"})
	}
	if t == nil {
		return differs("elle n'est pas publiée", "it is not published")
	}
	want, have := l.plan.layer, t.layer
	if want.Geometry != have.Geometry && have.Geometry != geo.GeometryAny {
		return differs(fmt.Sprintf("géométries %q et %q", have.Geometry, want.Geometry), fmt.Sprintf("geometries %q and %q", have.Geometry, want.Geometry))
	}
	if have.HasGeometry() && int64(l.plan.system.id) != sridOf(t) {
		return differs("système "+have.CRS.String()+" et "+want.CRS.String(), "system "+have.CRS.String()+" and "+want.CRS.String())
	}
	for i := range want.Properties {
		p := &want.Properties[i]
		q := have.Property(p.Name)
		if q == nil {
			return differs("pas de propriété « "+p.Name+" »", fmt.Sprintf("no property %q", p.Name))
		}
		if q.Kind != p.Kind {
			return differs(fmt.Sprintf("« %s » est de type %v, pas %v", p.Name, q.Kind, p.Kind), fmt.Sprintf("%q is of type %v, not %v", p.Name, q.Kind, p.Kind))
		}
		l.types = append(l.types, t.column(p.Name).affinity)
	}
	l.plan.table, l.plan.geom, l.old = have.Table, have.GeomColumn, t.stored
	return nil
}

// sridOf is the srs_id of the layer of t, 4326 standing for CRS84.
func sridOf(t *table) int64 {
	s, err := systemFor(t.layer.StorageCRS)
	if err != nil {
		return -1
	}
	return int64(s.id)
}

// prepare writes the INSERT of a row, and of its entry in the index, which the
// triggers make in a table that had them before.
func (l *load) prepare() (err error) {
	var names, marks []string
	if l.mode != geo.LoadAppend {
		names = append(names, ident(l.plan.fid))
	}
	if l.plan.geom != "" {
		names = append(names, ident(l.plan.geom))
	}
	props := l.plan.layer.Properties
	for i := range props {
		names = append(names, ident(props[i].Name))
		if l.mode != geo.LoadAppend {
			l.types = append(l.types, affinity(nativeType(&props[i])))
		}
	}
	for range names {
		marks = append(marks, "?")
	}
	l.args = make([]any, 0, len(names))
	l.row, err = l.conn.PrepareContext(l.quiet, "INSERT INTO "+ident(l.plan.table)+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")")
	if err == nil && l.plan.geom != "" && l.mode != geo.LoadAppend {
		l.index, err = l.conn.PrepareContext(l.quiet, "INSERT INTO "+ident(l.plan.rtree)+" VALUES (?, ?, ?, ?, ?)")
	}
	return err
}

// Write implements geo.Load.
func (l *load) Write(ctx context.Context, row *geo.Row) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(row.Values) != len(l.types) {
		return fmt.Errorf("load row %d: %d values for %d properties: %w", l.n+1, len(row.Values), len(l.types), geo.ErrInvalidInput)
	}
	l.n++
	l.args = l.args[:0]
	if l.mode != geo.LoadAppend {
		l.args = append(l.args, l.n)
	}
	bounded := false
	var b geo.BBox
	if l.plan.geom != "" {
		var err error
		if b, bounded, err = l.geometry(row.WKB); err != nil {
			return fmt.Errorf("load row %d: %w", l.n, err)
		}
	}
	for i := range row.Values {
		l.args = append(l.args, bind(row.Values[i], l.types[i]))
	}
	if _, err := l.row.ExecContext(l.quiet, l.args...); err != nil {
		return explain(ctx, fmt.Sprintf("load row %d", l.n), err)
	}
	if !bounded || l.index == nil {
		return nil
	}
	_, err := l.index.ExecContext(l.quiet, l.n, b.MinX, b.MaxX, b.MinY, b.MaxY)
	return explain(ctx, fmt.Sprintf("index row %d", l.n), err)
}

// geometry adds the blob of a geometry to the arguments, and returns its box.
func (l *load) geometry(data []byte) (b geo.BBox, bounded bool, err error) {
	if data == nil {
		l.args = append(l.args, nil)
		return b, false, nil
	}
	if err := wkb.Decode(data, &l.shape); err != nil {
		return b, false, err
	}
	if want := l.plan.layer.Geometry; want != geo.GeometryAny && l.shape.Type != want {
		return b, false, geo.Invalid("geometry", geo.Text{FR: fmt.Sprintf("%s dans une couche de %s", l.shape.Type, want), EN: fmt.Sprintf("%s in a layer of %s", l.shape.Type, want)}, geo.Text{})
	}
	hasZ := l.shape.Layout == wkb.XYZ || l.shape.Layout == wkb.XYZM
	if hasZ && !l.plan.layer.HasZ {
		return b, false, geo.Invalid("geometry", geo.Text{FR: "une altitude dans une couche sans altitudes", EN: "a z in a layer without z"}, geo.Text{})
	}
	if !hasZ {
		l.flat++
	}
	l.blob = wkb.AppendGPKG(l.blob[:0], &l.shape, l.plan.system.id)
	l.args = append(l.args, l.blob)
	b.MinX, b.MinY, b.MaxX, b.MaxY, bounded = l.shape.Bounds()
	if bounded {
		l.bounds = l.bounds.Extend(b.MinX, b.MinY).Extend(b.MaxX, b.MaxY)
	}
	return b, bounded, nil
}

// Rollback implements geo.Load.
func (l *load) Rollback() error {
	if l.ended {
		return nil
	}
	l.ended = true
	defer l.s.loading.Unlock()
	var errs []error
	if l.conn != nil && l.new == nil {
		_, _ = l.conn.ExecContext(l.quiet, `ROLLBACK`) // fails when it never began
		// Give the space of the log back; readers may keep it for now.
		_, _ = l.conn.ExecContext(l.quiet, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	errs = append(errs, l.close())
	if l.new != nil {
		errs = append(errs, l.new.remove())
	}
	return errors.Join(errs...)
}

// close lets go of the connection.
func (l *load) close() error {
	var errs []error
	for _, stmt := range []*sql.Stmt{l.row, l.index} {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	if l.conn != nil {
		errs = append(errs, l.conn.Close())
	}
	if l.db != nil {
		errs = append(errs, l.db.Close())
	}
	return errors.Join(errs...)
}
