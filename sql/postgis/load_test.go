package postgis

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

// point is the ISO WKB of a point.
func point(x, y float64) []byte {
	b := []byte{1, 1, 0, 0, 0}
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(y))
}

func places() *geo.Layer {
	return &geo.Layer{ID: "lieux", Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93,
		Properties: []geo.Property{
			{Name: "code", Kind: geo.KindText, Title: "Code"}, {Name: "n", Kind: geo.KindInt, Nullable: true},
			{Name: "prix", Kind: geo.KindDecimal, Nullable: true}, {Name: "tags", Kind: geo.KindArray, Nullable: true}},
		Meta: geo.Meta{Title: "Lieux", Licence: "Licence Ouverte 2.0", Keywords: []string{"a", "b"}}}
}

// fill loads n rows; every third n is null.
func fill(t testing.TB, s *Store, l *geo.Layer, mode geo.LoadMode, n int) {
	t.Helper()
	ld, err := s.BeginLoad(context.Background(), l, mode)
	if err != nil {
		t.Fatal(err)
	}
	write(t, ld, n)
	if err := ld.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, ld geo.Load, n int) {
	t.Helper()
	for i := range n {
		num := geo.Int(int64(i % 7))
		if i%3 == 0 {
			num = geo.Null()
		}
		row := geo.Row{WKB: point(600000+float64(i)*10, 6500000), Values: []geo.Value{
			geo.String(fmt.Sprintf("%05d", i)), num, geo.Decimal([]byte("1.50")), geo.Array([]byte(`["é","a\tb\\"]`))}}
		if err := ld.Write(context.Background(), &row); err != nil {
			t.Fatal(err)
		}
	}
}

func count(t testing.TB, s *Store, l *geo.Layer) int64 {
	t.Helper()
	n, err := s.Count(context.Background(), geo.ItemQuery{Layer: l})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLoadCreate(t *testing.T) {
	s := openStore(t, pgtest.Database(t), Options{})
	fill(t, s, places(), geo.LoadCreate, 100)
	l := layer(t, s, "lieux")
	if l.Title != "Lieux" || l.Licence != "Licence Ouverte 2.0" || !slices.Equal(l.Keywords, []string{"a", "b"}) || l.IDKind != geo.IDInt ||
		l.Property("code").Title != "Code" || l.Property("tags").Kind != geo.KindArray || l.Property("fid") != nil || l.Updated.IsZero() {
		t.Errorf("%+v", l)
	}
	rows := collect(t, s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 2}))
	want := []string{`1|"00000"|null|1.5|["é","a\tb\\"]`, `2|"00001"|1|1.5|["é","a\tb\\"]`}
	if !slices.Equal(rows, want) {
		t.Errorf("got %q", rows)
	}
	if box, ok := s.Extent(context.Background(), l); !ok || box.MinX > 1.72 || box.MaxX < 1.73 || box.CRS != geo.CRS84 {
		t.Errorf("extent %v %v", box, ok)
	}
	if v, _ := s.Version(context.Background(), l); v.Tag == "" || v.Modified.IsZero() {
		t.Errorf("version %+v", v)
	}
	if _, err := s.BeginLoad(context.Background(), places(), geo.LoadCreate); !errors.Is(err, geo.ErrConflict) {
		t.Errorf("again: %v", err)
	}
}

func TestLoadWithoutPostGIS(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, "DROP EXTENSION postgis")
	_, err := openStore(t, dsn, Options{}).BeginLoad(context.Background(), places(), geo.LoadCreate)
	var e *geo.Error
	if !errors.As(err, &e) || !errors.Is(err, geo.ErrUnavailable) || !strings.Contains(e.Hint.EN, "CREATE EXTENSION postgis") {
		t.Errorf("%v", err)
	}
}

func TestLoadReplace(t *testing.T) {
	reader := pgtest.Role(t)
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{})
	fill(t, s, places(), geo.LoadCreate, 100)
	pgtest.Exec(t, dsn, `GRANT SELECT ON lieux TO `+reader, `GRANT UPDATE (code) ON lieux TO PUBLIC`,
		`CREATE INDEX lieux_a_nous ON lieux (lower(code))`, `CREATE INDEX lieux_tags ON lieux USING gin (tags)`,
		`ALTER TABLE lieux ADD CONSTRAINT un_code UNIQUE (code)`, `COMMENT ON TABLE lieux IS 'L''inventaire'`)
	before, _ := s.Version(context.Background(), layer(t, s, "lieux"))
	other := places()
	other.Properties = other.Properties[:3]
	other.Meta = geo.Meta{}
	ld, err := s.BeginLoad(context.Background(), other, geo.LoadReplace)
	if err != nil {
		t.Fatal(err)
	}
	row := geo.Row{Values: []geo.Value{geo.String("x"), geo.Int(1), geo.Null()}}
	if err := ld.Write(context.Background(), &row); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, layer(t, s, "lieux")); n != 100 {
		t.Errorf("before the commit: %d rows", n)
	}
	if err := ld.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	l := layer(t, s, "lieux")
	if n := count(t, s, l); n != 1 || len(l.Properties) != 3 || l.Title != "Lieux" {
		t.Errorf("%d rows, %+v", n, l)
	}
	if after, _ := s.Version(context.Background(), l); after.Tag == before.Tag || after.Tag == "" {
		t.Errorf("version %q then %q", before.Tag, after.Tag)
	}
	var acl string
	if err := s.loads.db.QueryRow(`SELECT (SELECT relacl::text FROM pg_class WHERE oid = 'lieux'::regclass) ||
		(SELECT attacl::text FROM pg_attribute WHERE attrelid = 'lieux'::regclass AND attname = 'code') ||
		(SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'public'::regnamespace)`).Scan(&acl); err != nil {
		t.Fatal(err)
	}
	if !contains(acl, reader+"=r/") || !contains(acl, "=w/") || contains(acl, "arpent_load") ||
		!contains(acl, "lieux_a_nous") || contains(acl, "lieux_tags") || !contains(acl, "un_code") || l.Description != "L'inventaire" {
		t.Errorf("grants and names: %s", acl)
	}
}

func TestLoadReplaceUnderView(t *testing.T) {
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{})
	fill(t, s, places(), geo.LoadCreate, 50)
	pgtest.Exec(t, dsn, `CREATE VIEW v AS SELECT * FROM lieux WHERE n IS NOT NULL`)
	fill(t, s, places(), geo.LoadReplace, 30)
	l := layer(t, s, "lieux")
	rows := collect(t, s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 100}))
	if len(rows) != 30 || !strings.HasPrefix(rows[0], "1|") {
		t.Errorf("%d rows, first %q", len(rows), rows[0])
	}
	if n := count(t, s, layer(t, s, "v")); n != 20 {
		t.Errorf("view: %d rows", n)
	}
	if v, _ := s.Version(context.Background(), layer(t, s, "v")); v.Tag == "" {
		t.Error("the view of a tracked table is not tracked")
	}
	other := places()
	other.Properties = other.Properties[:2]
	if _, err := s.BeginLoad(context.Background(), other, geo.LoadReplace); !errors.Is(err, geo.ErrConflict) {
		t.Errorf("other columns under a view: %v", err)
	}
}

func TestLoadAppend(t *testing.T) {
	s := openStore(t, pgtest.Database(t), Options{})
	fill(t, s, places(), geo.LoadCreate, 10)
	fill(t, s, places(), geo.LoadAppend, 5)
	if n := count(t, s, layer(t, s, "lieux")); n != 15 {
		t.Errorf("%d rows", n)
	}
	wrong := places()
	wrong.Properties[1].Kind = geo.KindText
	wrong.Properties[2].Name = "cout"
	if _, err := s.BeginLoad(context.Background(), wrong, geo.LoadAppend); !errors.Is(err, geo.ErrInvalidInput) || !contains(err.Error(), "cout (new)") {
		t.Errorf("other shape: %v", err)
	}
}

func TestLoadRollback(t *testing.T) {
	s := openStore(t, pgtest.Database(t), Options{})
	fill(t, s, places(), geo.LoadCreate, 10)
	for _, mode := range []geo.LoadMode{geo.LoadReplace, geo.LoadAppend} {
		ld, err := s.BeginLoad(context.Background(), places(), mode)
		if err != nil {
			t.Fatal(err)
		}
		write(t, ld, 5000)
		if _, err := s.BeginLoad(context.Background(), places(), mode); !errors.Is(err, geo.ErrConflict) {
			t.Errorf("two loads at once: %v", err)
		}
		if err := ld.Rollback(); err != nil {
			t.Error(err)
		}
		if n := count(t, s, layer(t, s, "lieux")); n != 10 {
			t.Errorf("after a rollback: %d rows", n)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	ld, err := s.BeginLoad(ctx, places(), geo.LoadReplace)
	if err != nil {
		t.Fatal(err)
	}
	write(t, ld, 3000)
	cancel()
	if err := ld.Commit(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("commit after Ctrl-C: %v", err)
	}
	fill(t, s, places(), geo.LoadReplace, 3)
}

func TestLoadBadRows(t *testing.T) {
	s := openStore(t, pgtest.Database(t), Options{})
	l := places()
	l.Key, l.IDColumn = []string{"code"}, "code"
	ld, err := s.BeginLoad(context.Background(), l, geo.LoadCreate)
	if err != nil {
		t.Fatal(err)
	}
	write(t, ld, 10)
	write(t, ld, 1)
	if err := ld.Commit(context.Background()); !errors.Is(err, geo.ErrInvalidInput) || !contains(err.Error(), "00000") {
		t.Errorf("id twice: %v", err)
	}
	if ld, err = s.BeginLoad(context.Background(), l, geo.LoadCreate); err != nil {
		t.Fatal(err)
	}
	write(t, ld, 4)
	row := geo.Row{Values: []geo.Value{geo.String("a\x00b"), geo.Null(), geo.Null(), geo.Null()}}
	if err = ld.Write(context.Background(), &row); err == nil {
		err = ld.Commit(context.Background())
	}
	if !errors.Is(err, geo.ErrInvalidInput) || !contains(err.Error(), "row 5") {
		t.Errorf("NUL in a text: %v", err)
	}
	_ = ld.Rollback()
	fill(t, s, l, geo.LoadCreate, 10)
	if got := layer(t, s, "lieux"); got.IDKind != geo.IDText || got.Property("code") == nil {
		t.Errorf("%+v", got)
	}
	item, err := s.Item(context.Background(), layer(t, s, "lieux"), geo.StringID("00004"))
	if err != nil || show(item) != `00004|"00004"|4|1.5|["é","a\tb\\"]` {
		t.Errorf("item %q, %v", show(item), err)
	}
}

// Fault 34: who reads while loads replace the layer sees each page all old or
// all new, and no error.
func TestReadWhileReplaced(t *testing.T) {
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{})
	fill(t, s, places(), geo.LoadCreate, 200)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				readPage(t, s)
			}
		})
	}
	for i := range 6 {
		if i == 3 { // from then on the rows are replaced in place
			pgtest.Exec(t, dsn, `CREATE VIEW v AS SELECT * FROM lieux`)
		}
		fill(t, s, places(), geo.LoadReplace, 201+i)
	}
	stop()
	readers.Wait()
}

func readPage(t *testing.T, s *Store) {
	l, err := s.Layer(context.Background(), "lieux")
	if err != nil {
		t.Errorf("layer: %v", err)
		return
	}
	n := 0
	for _, err := range s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 250}) {
		if err != nil {
			t.Errorf("items: %v", err)
		}
		n++
	}
	if n < 200 || n > 206 {
		t.Errorf("%d rows", n)
	}
	for _, err := range s.TileRows(context.Background(), geo.TileQuery{Layer: l, BBox: geo.BBox{CRS: geo.Lambert93, MinX: 0, MinY: 6e6, MaxX: 1e6, MaxY: 7e6}}) {
		if err != nil {
			t.Errorf("tile: %v", err)
		}
	}
}
