package postgis

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lib/pq"
)

// grace is what a connection has to answer a cancel before it is cut.
const grace = 500 * time.Millisecond

// pool runs statements on connections of one kind. database/sql keeps the
// connections; statements run on the driver's own interface beneath it, so
// that a row costs no copy, and prepared statements belong to a connection and
// are bounded in number. Safe for concurrent use.
type pool struct {
	db     *sql.DB
	conns  *connector
	idle   int
	direct bool   // no prepared statements: PgBouncer in transaction mode
	begin  string // what opens each transaction when direct
}

func newPool(cfg pq.Config, settings map[string]string, size int, wait time.Duration) *pool {
	p := &pool{direct: cfg.BinaryParameters, idle: size, begin: beginWith(settings)}
	p.conns = newConnector(withRuntime(cfg, settings), wait)
	p.db = sql.OpenDB(p.conns)
	p.resize(size)
	// Failover and rotating passwords are noticed; not all at the same moment.
	p.db.SetConnMaxLifetime(30*time.Minute - rand.N(5*time.Minute))
	p.db.SetConnMaxIdleTime(5 * time.Minute)
	return p
}

func beginWith(settings map[string]string) string {
	text := "BEGIN"
	if settings["default_transaction_read_only"] == "on" {
		text += " READ ONLY"
	}
	for _, name := range []string{"statement_timeout", "lock_timeout"} {
		if v, ok := settings[name]; ok {
			text += "; SET LOCAL " + name + " = " + v // digits, from millis
		}
	}
	return text
}

func (p *pool) resize(n int) {
	p.idle = n
	p.db.SetMaxOpenConns(n)
	p.db.SetMaxIdleConns(n)
}

// dropIdle closes the connections that wait: when one was found dead, the
// others most often are too.
func (p *pool) dropIdle() {
	p.db.SetMaxIdleConns(0)
	p.db.SetMaxIdleConns(p.idle)
}

// addToPath makes connections from now on look for functions in one schema more.
func (p *pool) addToPath(schema string) {
	path := `"$user", public, ` + quoteIdent(schema)
	if p.conns.setPath(path) {
		p.dropIdle()
	}
}

// conn takes a connection that answers, for a task of several statements.
func (p *pool) conn(ctx context.Context) (*sql.Conn, error) {
	for try := 1; ; try++ {
		conn, err := p.db.Conn(ctx)
		if err == nil {
			if err = conn.PingContext(ctx); err == nil {
				return conn, nil
			}
			_ = conn.Close()
		}
		if try == 2 || !lost(err) || ctx.Err() != nil {
			return nil, err
		}
		p.dropIdle()
	}
}

// close closes the connections; that one was lost already is no failure.
func (p *pool) close() error {
	if err := p.db.Close(); err != nil && !lost(err) {
		return err
	}
	return nil
}

// errStop ends a query early, without error.
var errStop = errors.New("enough rows")

// query runs one statement and calls each for every row. The values are valid
// until each returns. fresh reports whether the statement may be run again
// from the start after a lost connection: once, while nothing of it has been
// used; nil: until the first row.
func (p *pool) query(ctx context.Context, st statement, fresh func() bool, each func([]driver.Value) error) error {
	rows := 0
	counted := func(v []driver.Value) error { rows++; return each(v) }
	err := p.once(ctx, st, counted)
	if err == nil || !again(err) || ctx.Err() != nil {
		return err
	}
	if fresh == nil && rows > 0 || fresh != nil && !fresh() {
		return err
	}
	p.dropIdle()
	return p.once(ctx, st, counted)
}

func (p *pool) once(ctx context.Context, st statement, each func([]driver.Value) error) error {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	var result error
	err = conn.Raw(func(dc any) error {
		result = p.onConn(ctx, dc.(driver.Conn), st, each)
		if lost(result) {
			return driver.ErrBadConn // out of the pool
		}
		return nil
	})
	if result != nil {
		return result
	}
	return err
}

func (p *pool) onConn(ctx context.Context, dc driver.Conn, st statement, each func([]driver.Value) error) (err error) {
	s := p.conns.session(dc)
	if s == nil {
		return driver.ErrBadConn
	}
	stop := s.sock.follow(ctx)
	defer stop()
	if !p.direct {
		stmt, err := s.stmts.prepare(ctx, dc, st.text)
		if err != nil {
			return err
		}
		err = p.read(ctx, st.args, stmt.(driver.StmtQueryContext).QueryContext, each)
		if err != nil && !errors.Is(err, errStop) {
			s.stmts.forget(st.text) // its plan may be what is wrong
		}
		return ignoreStop(err)
	}
	exec := dc.(driver.ExecerContext)
	if _, err := exec.ExecContext(ctx, p.begin+p.conns.setLocalPath(), nil); err != nil {
		return err
	}
	err = p.read(ctx, st.args, func(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
		return dc.(driver.QueryerContext).QueryContext(ctx, st.text, args)
	}, each)
	if _, end := exec.ExecContext(ctx, "COMMIT", nil); end != nil && err == nil {
		return end
	}
	return ignoreStop(err)
}

func ignoreStop(err error) error {
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

type queryFunc func(context.Context, []driver.NamedValue) (driver.Rows, error)

// read asks and hands over the rows. When each stops early the statement is
// cancelled: what the server has not sent yet is not waited for.
func (p *pool) read(ctx context.Context, args []any, query queryFunc, each func([]driver.Value) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows, err := query(ctx, named(args))
	if err != nil {
		return err
	}
	vals := make([]driver.Value, len(rows.Columns()))
	for {
		if err = rows.Next(vals); err != nil {
			break
		}
		if err = each(vals); err != nil {
			cancel()
			break
		}
	}
	if closed := rows.Close(); closed != nil && errors.Is(err, io.EOF) {
		err = closed
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

func named(args []any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// follow ties the socket to ctx for one statement: when ctx ends, the driver
// has a moment to cancel the statement, then the connection is cut.
func (s *socket) follow(ctx context.Context) (stop func()) {
	var mu sync.Mutex
	over := false
	idle := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			_ = s.SetDeadline(time.Now().Add(grace))
		}
	})
	return func() {
		if idle() {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		over = true
		_ = s.SetDeadline(time.Time{}) // answered in time after all
	}
}

// statement is SQL and its bound values.
type statement struct {
	text string
	args []any
}

// statements are the prepared statements of one connection, at most
// maxStatements: the least recently used goes first. Not safe for concurrent use.
type statements struct {
	byText map[string]*prepared
	clock  uint64
}

type prepared struct {
	stmt driver.Stmt
	used uint64
}

const maxStatements = 64

func (c *statements) prepare(ctx context.Context, dc driver.Conn, text string) (driver.Stmt, error) {
	c.clock++
	if p := c.byText[text]; p != nil {
		p.used = c.clock
		return p.stmt, nil
	}
	if len(c.byText) >= maxStatements {
		c.evict()
	}
	stmt, err := dc.(driver.ConnPrepareContext).PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	if c.byText == nil {
		c.byText = map[string]*prepared{}
	}
	c.byText[text] = &prepared{stmt, c.clock}
	return stmt, nil
}

func (c *statements) evict() {
	oldest, at := "", c.clock
	for text, p := range c.byText {
		if p.used < at {
			oldest, at = text, p.used
		}
	}
	c.forget(oldest)
}

func (c *statements) forget(text string) {
	if p := c.byText[text]; p != nil {
		delete(c.byText, text)
		_ = p.stmt.Close() // an error means that the connection is lost, which the next statement finds
	}
}
