package postgis

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

// proxy stands between the store and the database, and can make the network
// misbehave.
type proxy struct {
	addr, upstream string
	mu             sync.Mutex
	listener       net.Listener
	conns          map[net.Conn]bool
	swallow        bool
	passed         int // bytes from the database
	cutAfter       int // resets the connection once that many passed; 0: never
}

// newProxy returns a proxy that does not listen yet, and the connection string
// through it.
func newProxy(t *testing.T, dsn string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{addr: l.Addr().String(), upstream: u.Host, conns: map[net.Conn]bool{}}
	_ = l.Close()
	u.Host = p.addr
	t.Cleanup(p.stop)
	return p, u.String()
}

func (p *proxy) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.listener = l
	p.mu.Unlock()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c)
		}
	}()
}

func (p *proxy) serve(c net.Conn) {
	up, err := net.Dial("tcp", p.upstream)
	if err != nil {
		_ = c.Close()
		return
	}
	p.mu.Lock()
	p.conns[c], p.conns[up] = true, true
	p.mu.Unlock()
	go p.copy(up, c, false)
	p.copy(c, up, true)
}

func (p *proxy) copy(dst, src net.Conn, down bool) {
	defer dst.Close()
	buf := make([]byte, 4096)
	for {
		n, err := src.Read(buf)
		p.mu.Lock()
		swallow := p.swallow
		if down {
			p.passed += n
		}
		cut := down && p.cutAfter > 0 && p.passed > p.cutAfter
		p.mu.Unlock()
		switch {
		case cut:
			p.reset()
			return
		case err != nil && !errors.Is(err, io.EOF), err != nil && !swallow:
			return
		case swallow && err != nil:
			return
		case swallow:
			continue
		}
		if _, err := dst.Write(buf[:n]); err != nil {
			return
		}
	}
}

// reset cuts every connection, as a firewall or a failover does.
func (p *proxy) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		if tc, ok := c.(*net.TCPConn); ok {
			_ = tc.SetLinger(0)
		}
		_ = c.Close()
		delete(p.conns, c)
	}
	p.cutAfter = 0
}

func (p *proxy) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *proxy) stop() {
	p.mu.Lock()
	l := p.listener
	p.mu.Unlock()
	if l != nil {
		_ = l.Close()
	}
	p.reset()
}

// first reads one page of ten rows; the error is one that a server answers 503 to.
func first(s *Store, id string, limit int) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	l, err := s.Layer(ctx, id)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, err := range s.Items(ctx, geo.ItemQuery{Layer: l, Limit: limit}) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func out(err error) bool {
	return errors.Is(err, geo.ErrUnavailable) || errors.Is(err, geo.ErrTimeout) || errors.Is(err, geo.ErrBusy)
}

// Faults 1, 3, 4 and 5 of the operations notes: away at start, backends
// terminated, connections reset, packets swallowed.
func TestOutages(t *testing.T) {
	direct := grid(t, 60)
	p, dsn := newProxy(t, direct)
	s := openStore(t, dsn, Options{Refresh: 300 * time.Millisecond})
	if _, err := first(s, "grille", 10); !errors.Is(err, geo.ErrUnavailable) {
		t.Fatalf("away at start: %v", err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("ping: %v", err)
	}
	p.start(t)
	eventually(t, "the database is back", func() bool { n, err := first(s, "grille", 10); return n == 10 && err == nil })

	for range 4 {
		pgtest.Exec(t, direct, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'arpent' AND datname = current_database()`)
		if n, err := first(s, "grille", 10); err != nil || n != 10 {
			t.Errorf("backends terminated: %d rows, %v", n, err)
		}
	}

	p.set(func() { p.passed, p.cutAfter = 0, 60000 })
	if n, err := first(s, "grille", 3600); n != 3600 && !out(err) {
		t.Errorf("reset in the middle of rows: %d rows, %v", n, err)
	}
	eventually(t, "well after the reset", func() bool { n, err := first(s, "grille", 3600); return n == 3600 && err == nil })

	p.set(func() { p.swallow = true })
	start := time.Now()
	if _, err := first(s, "grille", 10); !out(err) {
		t.Errorf("packets swallowed: %v", err)
	}
	if took := time.Since(start); took > 6*time.Second { // 3 s of the request, a moment to cancel
		t.Errorf("packets swallowed: answered after %v", took)
	}
	p.set(func() { p.swallow = false })
	eventually(t, "well after the packets came back", func() bool { n, err := first(s, "grille", 10); return n == 10 && err == nil })
	if running, waiting := s.gate.Load().Stats(); running+waiting != 0 {
		t.Errorf("%d slots held, %d waiters", running, waiting)
	}
}

// Faults 7 and 36: one locked table leaves the others alone; clients that leave
// free their slots at once.
func TestLockedTable(t *testing.T) {
	dsn := grid(t, 20)
	pgtest.Exec(t, dsn, `CREATE TABLE verrou (id int PRIMARY KEY, geom geometry(Point, 2154)); INSERT INTO verrou VALUES (1, NULL)`)
	s := openStore(t, dsn, Options{MaxConns: 4, LockTimeout: 700 * time.Millisecond})
	l := layer(t, s, "verrou")
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback() //nolint:errcheck // the test's own lock
	if _, err := tx.Exec(`LOCK TABLE verrou IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			for _, err := range s.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 1}) {
				if !out(err) {
					t.Errorf("locked: %v", err)
				}
			}
		})
	}
	for range 20 {
		if n, err := first(s, "grille", 10); err != nil || n != 10 {
			t.Errorf("beside a locked table: %d rows, %v", n, err)
		}
	}
	wg.Wait()

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(200*time.Millisecond, cancel)
	for _, err := range s.Items(ctx, geo.ItemQuery{Layer: l, Limit: 1}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the client left: %v", err)
		}
	}
	left := time.Now()
	eventually(t, "the slot is free", func() bool { running, _ := s.gate.Load().Stats(); return running == 0 })
	if took := time.Since(left); took > time.Second {
		t.Errorf("slot free after %v", took)
	}
}

// Faults 8 to 11: the table changes, goes, is closed to us; a statement is slow.
func TestLostRights(t *testing.T) {
	role := pgtest.Role(t)
	dsn := grid(t, 5)
	pgtest.Exec(t, dsn, `GRANT SELECT ON grille TO `+role)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(role)
	s := openStore(t, u.String(), Options{Refresh: 300 * time.Millisecond})
	l := layer(t, s, "grille")
	if _, err := s.BeginLoad(t.Context(), places(), geo.LoadCreate); !errors.Is(err, geo.ErrForbidden) {
		t.Errorf("a load without the right: %v", err)
	}
	pgtest.Exec(t, dsn, `REVOKE SELECT ON grille FROM `+role)
	for _, err := range s.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 1}) {
		if !errors.Is(err, geo.ErrForbidden) && !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("revoked: %v", err)
		}
	}
	eventually(t, "the layer goes", func() bool { _, err := s.Layer(t.Context(), "grille"); return errors.Is(err, geo.ErrNotFound) })
	pgtest.Exec(t, dsn, `GRANT SELECT ON grille TO `+role)
	eventually(t, "the layer is back", func() bool { n, err := first(s, "grille", 10); return n == 10 && err == nil })
}

func TestSlowStatement(t *testing.T) {
	dsn := grid(t, 5)
	pgtest.Exec(t, dsn, `CREATE FUNCTION lent(int) RETURNS int VOLATILE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN $1; END';
CREATE VIEW lente AS SELECT lent(id) AS id, geom FROM grille`)
	s := openStore(t, dsn, Options{StatementTimeout: 500 * time.Millisecond})
	l := layer(t, s, "lente")
	for _, err := range s.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 1}) {
		if !errors.Is(err, geo.ErrTimeout) {
			t.Errorf("statement_timeout: %v", err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := s.Count(ctx, geo.ItemQuery{Layer: l, Filter: geo.Equal{Property: l.Property("id"), Value: geo.Int(-1)}}); !errors.Is(err, geo.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("deadline: %v", err)
	}
	var left int
	eventually(t, "nothing is left running", func() bool {
		err := s.meta.db.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%lente%' AND pid <> pg_backend_pid()`).Scan(&left)
		return err == nil && left == 0
	})
}
