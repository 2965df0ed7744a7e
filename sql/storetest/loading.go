package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// small is a layer of n points.
func small(table string, n int) (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: table, Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{prop("n", geo.KindInt), prop("nom", geo.KindText)}}
	rows := make([]geo.Row, n)
	for i := range rows {
		rows[i] = geo.Row{WKB: point(700000+float64(i), 6600000), Values: []geo.Value{geo.Int(int64(i)), geo.String(fmt.Sprint("n", i))}}
	}
	return l, rows
}

func mustFill(t *testing.T, s Store, l *geo.Layer, mode geo.LoadMode, rows []geo.Row) {
	t.Helper()
	if err := fill(t.Context(), s, l, mode, rows); err != nil {
		t.Fatalf("load %s: %v", l.Table, err)
	}
}

// holds waits until a layer has n rows, by count and by reading them.
func holds(t *testing.T, s Store, id string, n int) {
	t.Helper()
	l := layer(t, s, id)
	eventually(t, fmt.Sprintf("%s has %d rows", id, n), func() bool {
		count, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1})
		return err == nil && count == int64(n)
	})
	if got := mustRead(t, s.Items(t.Context(), geo.ItemQuery{Layer: layer(t, s, id), Limit: n + 10})); len(got) != n {
		t.Errorf("%s: %d rows, want %d", id, len(got), n)
	}
}

func testCreate(t *testing.T, s Store) {
	l, rows := small("neuve", 10)
	ld, err := s.BeginLoad(t.Context(), l, geo.LoadCreate)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if err := ld.Write(t.Context(), &rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Layer(t.Context(), "neuve"); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("before the commit: %v", err)
	}
	if err := ld.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := ld.Rollback(); err != nil {
		t.Errorf("rollback after a commit: %v", err)
	}
	holds(t, s, "neuve", 10)
	if err := fill(t.Context(), s, l, geo.LoadCreate, rows); !errors.Is(err, geo.ErrConflict) {
		t.Errorf("create again: %v, want a conflict", err)
	}
	holds(t, s, "neuve", 10)
	empty, _ := small("vide", 0)
	mustFill(t, s, empty, geo.LoadCreate, nil)
	holds(t, s, "vide", 0)
	if _, ok := s.Extent(t.Context(), layer(t, s, "vide")); ok {
		t.Error("an empty layer has an extent")
	}
}

func testReplace(t *testing.T, s Store) {
	l, rows := small("couche", 10)
	mustFill(t, s, l, geo.LoadReplace, rows) // nothing to replace: makes it
	holds(t, s, "couche", 10)

	other := &geo.Layer{Table: "couche", Geometry: geo.Polygon, CRS: geo.EPSG("4326"), Key: []string{"code"}, Properties: []geo.Property{prop("code", geo.KindText)}}
	ld, err := s.BeginLoad(t.Context(), other, geo.LoadReplace)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		row := geo.Row{Values: []geo.Value{geo.String(fmt.Sprintf("0%d", 3-i))}, WKB: polygon(square(float64(i), 45, 1))}
		if err := ld.Write(t.Context(), &row); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, s, "couche", 10) // the old rows until the commit
	if err := ld.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new shape is published", func() bool {
		l, err := s.Layer(t.Context(), "couche")
		return err == nil && l.Geometry == geo.Polygon && l.Property("nom") == nil && l.IDKind == geo.IDText
	})
	holds(t, s, "couche", 3)
	if got := ids(mustRead(t, s.Items(t.Context(), geo.ItemQuery{Layer: layer(t, s, "couche"), Limit: 10}))); fmt.Sprint(got) != "[01 02 03]" {
		t.Errorf("rows %v", got)
	}
}

func testAppend(t *testing.T, s Store) {
	l, rows := small("couche", 10)
	mustFill(t, s, l, geo.LoadAppend, rows[:4]) // nothing there: makes it
	holds(t, s, "couche", 4)
	mustFill(t, s, l, geo.LoadAppend, rows[4:])
	holds(t, s, "couche", 10)
	box := geo.BBox{CRS: geo.Lambert93, MinX: 700008.5, MinY: 6599999, MaxX: 700010, MaxY: 6600001}
	if got := mustRead(t, s.Items(t.Context(), geo.ItemQuery{Layer: layer(t, s, "couche"), Limit: 10, BBox: &box})); len(got) != 1 {
		t.Errorf("an appended row is not found by its place: %v", ids(got))
	}
	for name, change := range map[string]func(*geo.Layer){
		"another property": func(l *geo.Layer) { l.Properties = []geo.Property{prop("autre", geo.KindInt)} },
		"another kind":     func(l *geo.Layer) { l.Properties = []geo.Property{prop("n", geo.KindText), prop("nom", geo.KindText)} },
		"another system":   func(l *geo.Layer) { l.CRS = geo.EPSG("4326") },
		"another geometry": func(l *geo.Layer) { l.Geometry = geo.Polygon },
	} {
		other := *l
		change(&other)
		if err := fill(t.Context(), s, &other, geo.LoadAppend, nil); !errors.Is(err, geo.ErrInvalidInput) {
			t.Errorf("%s: %v, want invalid input", name, err)
		}
	}
	holds(t, s, "couche", 10)
}

func testRollback(t *testing.T, s Store) {
	l, rows := small("couche", 10)
	start := func(l *geo.Layer, mode geo.LoadMode) geo.Load {
		ld, err := s.BeginLoad(t.Context(), l, mode)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if err := ld.Write(t.Context(), &rows[i]); err != nil {
				t.Fatal(err)
			}
		}
		return ld
	}
	if err := start(l, geo.LoadCreate).Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Layer(t.Context(), "couche"); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("after a rollback: %v", err)
	}
	mustFill(t, s, l, geo.LoadCreate, rows[:5])
	for _, mode := range []geo.LoadMode{geo.LoadReplace, geo.LoadAppend} {
		ld := start(l, mode)
		if err := ld.Rollback(); err != nil {
			t.Fatal(err)
		}
		if err := ld.Rollback(); err != nil {
			t.Errorf("a second rollback: %v", err)
		}
		holds(t, s, "couche", 5)
	}
	mustFill(t, s, l, geo.LoadReplace, rows)
	holds(t, s, "couche", 10)
}

func testOneAtATime(t *testing.T, s Store) {
	l, rows := small("couche", 10)
	ld, err := s.BeginLoad(t.Context(), l, geo.LoadCreate)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := s.BeginLoad(t.Context(), l, geo.LoadCreate); !errors.Is(err, geo.ErrConflict) {
		t.Errorf("a second load: %v, want a conflict", err)
		if err == nil {
			_ = other.Rollback()
		}
	}
	for i := range rows {
		if err := ld.Write(t.Context(), &rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := ld.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	mustFill(t, s, l, geo.LoadReplace, rows)
	holds(t, s, "couche", 10)
}

// testBadRows: a load with a row at fault changes nothing.
func testBadRows(t *testing.T, s Store) {
	l, rows := small("couche", 3)
	mustFill(t, s, l, geo.LoadCreate, rows)
	for name, row := range map[string]geo.Row{
		"no geometry at all": {WKB: []byte("garbage"), Values: rows[0].Values},
		"another geometry":   {WKB: polygon(square(0, 0, 1)), Values: rows[0].Values},
		"values missing":     {WKB: rows[0].WKB, Values: rows[0].Values[:1]},
	} {
		if err := fill(t.Context(), s, l, geo.LoadReplace, []geo.Row{rows[0], row}); err == nil {
			t.Errorf("%s: loaded", name)
		}
		holds(t, s, "couche", 3)
	}
	keyed := &geo.Layer{Table: "cles", Key: []string{"code"}, Properties: []geo.Property{prop("code", geo.KindText)}}
	twice := []geo.Row{{Values: []geo.Value{geo.String("01")}}, {Values: []geo.Value{geo.String("01")}}}
	if err := fill(t.Context(), s, keyed, geo.LoadCreate, twice); !errors.Is(err, geo.ErrInvalidInput) && !errors.Is(err, geo.ErrConflict) {
		t.Errorf("a repeated key: %v", err)
	}
	null := []geo.Row{{Values: []geo.Value{geo.Null()}}}
	if err := fill(t.Context(), s, keyed, geo.LoadCreate, null); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("a null key: %v", err)
	}
	if _, err := s.Layer(t.Context(), "cles"); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("after bad loads: %v", err)
	}
	// Names are names, whatever they hold.
	odd := &geo.Layer{Table: `a"b; DROP TABLE couche; --'é`, Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{prop(`x"y'; --`, geo.KindText), prop("select", geo.KindInt)}}
	mustFill(t, s, odd, geo.LoadCreate, []geo.Row{{WKB: point(1, 2), Values: []geo.Value{geo.String("v"), geo.Int(1)}}})
	eventually(t, "the odd name is published", func() bool {
		layers, err := s.Layers(t.Context())
		for _, l := range layers {
			if l.Table == odd.Table {
				q := geo.ItemQuery{Layer: l, Limit: 10, Sort: []geo.SortKey{{Property: &l.Properties[0]}}, Filter: geo.Equal{Property: &l.Properties[0], Value: geo.String("v")}}
				got, err := read(s.Items(t.Context(), q))
				return err == nil && len(got) == 1
			}
		}
		return err != nil
	})
	holds(t, s, "couche", 3)
}

// testReplacedWhileRead: the rows of an answer are all of one load.
func testReplacedWhileRead(t *testing.T, s Store) {
	l, rows := small("couche", 6000)
	mustFill(t, s, l, geo.LoadCreate, rows)
	n := 0
	var last error
	for row, err := range s.Items(t.Context(), geo.ItemQuery{Layer: layer(t, s, "couche"), Limit: len(rows)}) {
		if err != nil {
			last = err
			break
		}
		if n++; n == 5 {
			for i := range rows {
				rows[i].Values[1] = geo.String("autre")
			}
			mustFill(t, s, l, geo.LoadReplace, rows)
		}
		if string(row.Values[1].Bytes) == "autre" {
			t.Fatalf("row %d is of the new load", n)
		}
	}
	if n < len(rows) && !errors.Is(last, geo.ErrChanged) {
		t.Errorf("%d rows then %v, want a change", n, last)
	}
	holds(t, s, "couche", len(rows))
}

func testDropped(t *testing.T, s Store) {
	x, ok := s.(Execer)
	if !ok {
		t.Skip("the store cannot be changed behind its back")
	}
	l, rows := small("couche", 10)
	mustFill(t, s, l, geo.LoadCreate, rows)
	kept, _ := small("gardee", 0)
	mustFill(t, s, kept, geo.LoadCreate, rows)
	published := layer(t, s, "couche")
	if err := x.Exec(t.Context(), `DROP TABLE couche`); err != nil {
		t.Fatal(err)
	}
	if _, err := read(s.Items(t.Context(), geo.ItemQuery{Layer: published, Limit: 10})); !errors.Is(err, geo.ErrNotFound) && !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("items of a dropped table: %v", err)
	}
	eventually(t, "the layer is gone", func() bool {
		_, err := s.Layer(t.Context(), "couche")
		return errors.Is(err, geo.ErrNotFound)
	})
	_, err := read(s.TileRows(t.Context(), geo.TileQuery{Layer: published, BBox: geo.BBox{CRS: geo.Lambert93, MaxX: 1e6, MaxY: 7e6}}))
	if !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("tile of a dropped table: %v", err)
	}
	holds(t, s, "gardee", 10)
	mustFill(t, s, l, geo.LoadReplace, rows)
	holds(t, s, "couche", 10)
}

// testVersion: a tag changes when the data do, by a load or behind our back,
// and only then.
func testVersion(t *testing.T, s Store) {
	l, rows := small("couche", 10)
	mustFill(t, s, l, geo.LoadCreate, rows[:5])
	tag := func() string {
		v, err := s.Version(t.Context(), layer(t, s, "couche"))
		if err != nil {
			t.Fatal(err)
		}
		return v.Tag
	}
	eventually(t, "there is a version", func() bool { return tag() != "" })
	before := tag()
	mustFill(t, s, l, geo.LoadAppend, rows[5:])
	eventually(t, "a load changes the version", func() bool { return tag() != before })
	if x, ok := s.(Execer); ok {
		before = tag()
		if err := x.Exec(t.Context(), `UPDATE couche SET nom = 'changé' WHERE n = 3`); err != nil {
			t.Fatal(err)
		}
		eventually(t, "an update changes the version", func() bool { return tag() != before })
	}
	before = tag()
	for range 10 {
		mustRead(t, s.Items(t.Context(), geo.ItemQuery{Layer: layer(t, s, "couche"), Limit: 10}))
	}
	if got := tag(); got != before {
		t.Errorf("reading changes the version: %s, was %s", got, before)
	}
}
