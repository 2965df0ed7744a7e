package postgis

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

func TestExplain(t *testing.T) {
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	late, stop := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer stop()
	live := context.Background()
	for code, want := range map[pqerror.Code]error{"57014": geo.ErrTimeout, "55P03": geo.ErrUnavailable, "42P01": geo.ErrNotFound,
		"42703": geo.ErrChanged, "0A000": geo.ErrChanged, "42501": geo.ErrForbidden, "53100": geo.ErrDiskFull, "53300": geo.ErrUnavailable,
		"57P01": geo.ErrUnavailable, "57P03": geo.ErrUnavailable, "08006": geo.ErrUnavailable, "40001": geo.ErrUnavailable,
		"25006": geo.ErrReadOnly, "22P02": geo.ErrInvalidInput} {
		err := explain(live, "read", &pq.Error{Code: code, Message: "m"})
		var known *geo.Error
		if !errors.Is(err, want) || !errors.As(err, &known) || known.Msg.FR == "" || known.Msg.EN == "" {
			t.Errorf("%s: %v", code, err)
		}
	}
	if err := explain(gone, "read", &pq.Error{Code: "57014"}); !errors.Is(err, context.Canceled) || errors.Is(err, geo.ErrTimeout) {
		t.Errorf("client gone: %v", err)
	}
	if err := explain(late, "read", &net.OpError{Op: "read", Err: io.ErrUnexpectedEOF}); !errors.Is(err, geo.ErrTimeout) {
		t.Errorf("deadline: %v", err)
	}
	for _, err := range []error{io.EOF, net.ErrClosed, &net.OpError{Op: "read", Err: io.EOF}} {
		if got := explain(live, "read", err); !errors.Is(got, geo.ErrUnavailable) {
			t.Errorf("%v: %v", err, got)
		}
	}
	if explain(live, "read", nil) != nil {
		t.Error("no error became one")
	}
}

func TestPGTime(t *testing.T) {
	for want, v := range map[string]geo.Value{
		"1970-01-01": geo.Date(0), "2024-02-29": geo.Date(19782), "0001-01-01": geo.Date(-719162), "0001-12-31 BC": geo.Date(-719163),
		"10000-01-01": geo.Date(2932897), "infinity": geo.Date(geo.PosInfinity), "-infinity": geo.Instant(geo.NegInfinity),
		"1969-12-31 23:59:59.999999+00": geo.Instant(-1), "1970-01-01 00:00:00.000001": geo.Timestamp(1),
	} {
		if got := string(appendPGTime(nil, v)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestGlobs(t *testing.T) {
	o := Options{Publish: []string{"communes", "urba.*", "personnes.nom"}, Exclude: []string{"urba.brouillon", "communes.secret", "public.communes.note"}}
	for name, want := range map[string]bool{"public.communes": true, "urba.zone": true, "urba.brouillon": false, "public.autre": false, "public.personnes": true} {
		schema, table, _ := strings.Cut(name, ".")
		if got := o.publishes(schema, table, []string{"id", "nom"}); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, want := range map[string]bool{"public.communes.nom": true, "public.communes.secret": false, "public.communes.note": false,
		"public.personnes.nom": true, "public.personnes.adresse": false} {
		p := strings.Split(name, ".")
		if got := o.publishesColumn(p[0], p[1], p[2]); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if err := checkGlobs([]string{"[a"}); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("unreadable pattern: %v", err)
	}
}

// PostGIS in a schema of its own, out of the search path; then no PostGIS at all.
func TestWherePostGISIs(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `DROP EXTENSION postgis`, `CREATE SCHEMA sig`, `CREATE EXTENSION postgis SCHEMA sig`,
		`CREATE TABLE a (id int PRIMARY KEY, geom sig.geometry(Point, 2154)); INSERT INTO a VALUES (1, 'SRID=2154;POINT(1 2)')`)
	for _, mode := range []string{"", "&binary_parameters=yes"} {
		s := openStore(t, dsn+mode, Options{})
		box := &geo.BBox{CRS: geo.Lambert93, MinX: 0, MinY: 0, MaxX: 5, MaxY: 5}
		if got := collect(t, s.Items(t.Context(), geo.ItemQuery{Layer: layer(t, s, "a"), Limit: 1, BBox: box})); len(got) != 1 {
			t.Errorf("mode %q: %v", mode, got)
		}
	}
	pgtest.Exec(t, dsn, `DROP EXTENSION postgis CASCADE`)
	s := openStore(t, dsn, Options{})
	if got, err := s.Unpublished(t.Context()); err != nil || len(got) != 1 || !contains(got[0].Remedy.EN, "CREATE EXTENSION") {
		t.Errorf("without PostGIS: %+v, %v", got, err)
	}
}

// Several hosts: each is asked for the versions, and rows come from any.
func TestSeveralHosts(t *testing.T) {
	dsn := pgtest.Database(t)
	u, err := url.Parse(dsn)
	end(t, err)
	q := u.Query()
	q.Set("port", u.Port()+","+u.Port())
	u.Host, u.RawQuery = u.Hostname()+","+u.Hostname(), q.Encode()
	s := openStore(t, u.String(), Options{})
	fill(t, s, places(), geo.LoadCreate, 10)
	if len(s.hosts) != 2 {
		t.Errorf("%d hosts", len(s.hosts))
	}
	if tagOf(t, s, "lieux") == "" || count(t, s, layer(t, s, "lieux")) != 10 {
		t.Error("no version, or not all rows")
	}
}

// Faults 29 and 32: the database is lost in the middle of a load.
func TestLoadLosesDatabase(t *testing.T) {
	direct := pgtest.Database(t)
	p, dsn := newProxy(t, direct)
	p.start(t)
	s := openStore(t, dsn, Options{})
	fill(t, s, places(), geo.LoadCreate, 10)
	ld, err := s.BeginLoad(t.Context(), places(), geo.LoadReplace)
	end(t, err)
	write(t, ld, 1000)
	p.reset()
	if err := ld.Commit(t.Context()); !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if n := count(t, s, layer(t, s, "lieux")); n != 10 {
		t.Errorf("%d rows", n)
	}
	fill(t, s, places(), geo.LoadReplace, 20)
	var left int
	end(t, s.meta.db.QueryRow(`SELECT count(*) FROM pg_class WHERE relname LIKE 'arpent\_load%'`).Scan(&left))
	if left != 0 || count(t, s, layer(t, s, "lieux")) != 20 {
		t.Errorf("%d tables left behind", left)
	}
}

// The answer to COMMIT is lost: the transaction is asked after, by its number.
func TestLostCommit(t *testing.T) {
	s := openStore(t, pgtest.Database(t), Options{ConnectTimeout: time.Second})
	var done, undone string
	end(t, s.loads.db.QueryRow(`SELECT pg_current_xact_id()::text`).Scan(&done))
	tx, err := s.loads.db.Begin()
	end(t, err)
	end(t, tx.QueryRow(`SELECT pg_current_xact_id()::text`).Scan(&undone))
	cause := io.ErrUnexpectedEOF
	ask := func(xid string) error {
		return (&load{s: s, xid: xid}).afterLostCommit(t.Context(), cause)
	}
	if err := ask(done); err != nil {
		t.Errorf("committed: %v", err)
	}
	if err := ask(undone); !errors.Is(err, geo.ErrUnavailable) || !contains(err.Error(), "not known") {
		t.Errorf("under way: %v", err)
	}
	end(t, tx.Rollback())
	if err := ask(undone); !errors.Is(err, geo.ErrUnavailable) || contains(err.Error(), "not known") {
		t.Errorf("aborted: %v", err)
	}
}

// FuzzParseID: what is read as a composite id is written back the same.
func FuzzParseID(f *testing.F) {
	for _, s := range []string{"a,1", "%2C,-5", "é%20,0", ",", "%,1", "a,b,c", "\x00,1"} {
		f.Add(s)
	}
	tb := &table{layer: &geo.Layer{IDKind: geo.IDText}, key: []column{{kind: geo.KindText}, {kind: geo.KindInt}}}
	sel := selection{key: tb.key, idKind: geo.IDText}
	f.Fuzz(func(t *testing.T, s string) {
		key, ok := tb.parseID(geo.StringID(s))
		if !ok {
			return
		}
		if len(key) != 2 || key[1].Kind != geo.KindInt {
			t.Fatalf("%q: %v", s, key)
		}
		again, ok := tb.parseID(sel.id(key, same))
		if !ok || !again[1].Equal(key[1]) || string(again[0].AppendText(nil)) != string(key[0].AppendText(nil)) {
			t.Errorf("%q: %v then %v", s, key, again)
		}
	})
}

// FuzzCopyText: what COPY's text format makes of a text has no bare control
// character, and reads back the same.
func FuzzCopyText(f *testing.F) {
	for _, s := range []string{"", `\N`, "a\tb\nc\rd\\e", "é"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		line := string(appendCopyText(nil, b))
		if strings.ContainsAny(line, "\t\n\r") || line == `\N` {
			t.Fatalf("%q: %q", b, line)
		}
		back := strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r").Replace(line)
		if back != string(b) {
			t.Errorf("%q: %q reads back as %q", b, line, back)
		}
	})
}
