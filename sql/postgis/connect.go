package postgis

import (
	"context"
	"database/sql/driver"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/lib/pq"

	"github.com/arpent-geo/arpent/geo"
)

// parseDSN reads a connection string, with lib/pq's own environment and
// service file under it (PGPASSWORD, PGSERVICE…): a password is never needed
// on a command line.
func parseDSN(dsn string, connectTimeout time.Duration) (pq.Config, error) {
	cfg, err := pq.NewConfig(dsn)
	if err != nil {
		// lib/pq's message may quote the string and so the password: not kept.
		return pq.Config{}, &geo.Error{Kind: geo.ErrInvalidInput,
			Msg:  geo.Text{FR: "la chaîne de connexion PostgreSQL est illisible", EN: "the PostgreSQL connection string cannot be read"},
			Hint: geo.Text{FR: "attendu : postgres://utilisateur@hôte:5432/base", EN: "expected: postgres://user@host:5432/database"}}
	}
	if cfg.ApplicationName == "" {
		cfg.ApplicationName = "arpent"
	}
	if cfg.ConnectTimeout <= 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	return cfg, nil
}

// withRuntime returns cfg with session settings of ours: those that the
// connection string gives stay. Behind PgBouncer (binary_parameters=yes) none
// are sent, since it refuses a start with settings it does not know: the pool
// then sets them in each transaction.
func withRuntime(cfg pq.Config, settings map[string]string) pq.Config {
	cfg = cfg.Clone()
	if cfg.BinaryParameters {
		return cfg
	}
	for k, v := range settings {
		if _, given := cfg.Runtime[k]; !given {
			cfg.Runtime[k] = v
		}
	}
	return cfg
}

func millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// connector opens connections whose socket it keeps, so that a statement can
// cut a connection that no longer answers: lib/pq's cancel waits for ever when
// the network swallows packets. Safe for concurrent use.
type connector struct {
	wait   time.Duration // longest wait for one read or write; 0: none
	mu     sync.Mutex
	cfg    pq.Config
	path   string // search_path to set; empty: the server's
	byConn map[driver.Conn]*session
}

// session is what Arpent keeps of one connection. It is used by the goroutine
// that holds the connection only.
type session struct {
	sock  *socket
	stmts statements
}

func newConnector(cfg pq.Config, wait time.Duration) *connector {
	return &connector{cfg: cfg, wait: wait, byConn: map[driver.Conn]*session{}}
}

func (c *connector) Driver() driver.Driver { return &pq.Driver{} }

func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	c.mu.Lock()
	cfg := c.cfg.Clone()
	if c.path != "" && !cfg.BinaryParameters {
		cfg.Runtime["search_path"] = c.path
	}
	c.mu.Unlock()
	inner, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	d := &dialer{wait: c.wait}
	inner.Dialer(d)
	conn, err := inner.Connect(ctx)
	if err != nil {
		return nil, err
	}
	sock := d.dialled()
	s := &session{sock: sock}
	c.mu.Lock()
	c.byConn[conn] = s
	c.mu.Unlock()
	sock.onClose(func() {
		c.mu.Lock()
		delete(c.byConn, conn)
		c.mu.Unlock()
	})
	return conn, nil
}

// setPath sets the search path of connections to come, unless the connection
// string gives one; it reports whether that is a change.
func (c *connector) setPath(path string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, given := c.cfg.Runtime["search_path"]; given || c.path == path {
		return false
	}
	c.path = path
	return true
}

// setLocalPath is what sets the search path of one transaction.
func (c *connector) setLocalPath() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.path == "" {
		return ""
	}
	return "; SET LOCAL search_path = " + c.path
}

func (c *connector) session(conn driver.Conn) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byConn[conn]
}

// dialer makes sockets. Until the connection stands it remembers the last one
// (with several hosts lib/pq dials until one suits); what is dialled after that
// only carries a cancel, and must not outlast it.
type dialer struct {
	wait  time.Duration
	mu    sync.Mutex
	last  *socket
	stood bool
}

// dialled returns the socket of the connection, which stands now.
func (d *dialer) dialled() *socket {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stood = true
	return d.last
}

func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d.mu.Lock()
	wait, cancelling := d.wait, d.stood
	d.mu.Unlock()
	nd := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 4}}
	if cancelling {
		nd.Timeout, wait = grace, grace
	}
	conn, err := nd.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s := &socket{Conn: conn, wait: wait}
	d.mu.Lock()
	if !d.stood {
		d.last = s
	}
	d.mu.Unlock()
	return s, nil
}

// Dial and DialTimeout complete pq.Dialer; lib/pq calls DialContext.
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialTimeout(network, address, d.wait)
}

func (d *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	nd := net.Dialer{Timeout: timeout}
	return nd.Dial(network, address)
}

// socket is a connection of which no single read or write lasts longer than
// wait, nor past limit when one is set.
type socket struct {
	net.Conn
	wait   time.Duration
	mu     sync.Mutex
	limit  time.Time
	closed func()
}

func (s *socket) onClose(f func()) {
	s.mu.Lock()
	s.closed = f
	s.mu.Unlock()
}

func (s *socket) Read(p []byte) (int, error) {
	s.mu.Lock()
	err := s.SetReadDeadline(s.deadline())
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return s.Conn.Read(p)
}

func (s *socket) Write(p []byte) (int, error) {
	s.mu.Lock()
	err := s.SetWriteDeadline(s.deadline())
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return s.Conn.Write(p)
}

func (s *socket) deadline() time.Time {
	if s.wait <= 0 {
		return s.limit
	}
	t := time.Now().Add(s.wait)
	if !s.limit.IsZero() && s.limit.Before(t) {
		return s.limit
	}
	return t
}

// SetDeadline sets the limit of all reads and writes to come, and of those
// under way; the zero time takes it away.
func (s *socket) SetDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = t
	if t.IsZero() { // the next read or write sets its own
		return nil
	}
	return s.Conn.SetDeadline(t)
}

func (s *socket) Close() error {
	s.mu.Lock()
	f := s.closed
	s.closed = nil
	s.mu.Unlock()
	if f != nil {
		f()
	}
	return s.Conn.Close()
}
