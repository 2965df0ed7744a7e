package postgis

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"maps"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lib/pq"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/gate"
)

// Options of a store; the zero value serves schema public with the defaults
// named.
type Options struct {
	Schemas []string // published besides public

	// Publish lists the tables to serve, all when empty; Exclude those, or
	// their columns, to leave out, and wins. Globs over "table",
	// "schema.table", "table.column", "schema.table.column".
	Publish, Exclude []string
	// Attributes lists tables without geometry to serve: globs over "table" or
	// "schema.table". Those that a load made are served without being named.
	Attributes []string
	// Layers are settings by layer id, over what the database says.
	Layers map[string]geo.Meta

	MaxConns int // connections for reading: 8 × cores, at most a quarter of max_connections
	Queue    int // requests that wait for one: 2 × cores

	StatementTimeout time.Duration // 15 s, by the server
	LockTimeout      time.Duration // 2 s, by the server
	ConnectTimeout   time.Duration // 3 s
	SocketTimeout    time.Duration // 20 s: longest wait for one read or write of a socket
	Refresh          time.Duration // 2 s: how often the catalogue of the database is looked at
	Poll             time.Duration // 1 s: how often the versions of the data are

	Logger *slog.Logger // slog.Default
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&o.StatementTimeout, 15*time.Second)
	set(&o.LockTimeout, 2*time.Second)
	set(&o.ConnectTimeout, 3*time.Second)
	set(&o.SocketTimeout, 20*time.Second)
	set(&o.Refresh, 2*time.Second)
	set(&o.Poll, time.Second)
	if o.Queue <= 0 {
		o.Queue = 2 * runtime.NumCPU()
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// Store serves the layers of one PostGIS database. Safe for concurrent use.
type Store struct {
	opts  Options
	dsn   pq.Config
	reads *pool   // rows, behind the gate
	meta  *pool   // catalogue, versions, extents: a busy read pool does not blind them
	slow  *pool   // extents
	loads *pool   // writes
	hosts []*pool // one for each host of the connection string, when it names several

	gate    atomic.Pointer[gate.Gate] // set when max_connections is known
	current atomic.Pointer[catalog]
	look    refresher
	states  states
	life    context.Context //nolint:containedctx // of what runs in the background, until Close: no call's
	done    context.CancelFunc
	running sync.WaitGroup
}

// Open returns a store over the database that dsn names: a URL or key=value
// text as libpq reads it, over PGHOST, PGPASSWORD, PGSERVICE and the like.
//
// It does not fail because the database is away: the store answers
// geo.ErrUnavailable then, and recovers by itself. ctx only bounds the first
// look at the database; the store lives until Close. Errors:
// geo.ErrInvalidInput for a dsn or a pattern that cannot be read.
//
// With binary_parameters=yes in dsn nothing is prepared and no setting outlives
// a transaction: what PgBouncer in transaction mode wants. Loads and Migrate
// want a direct connection all the same. With several hosts in dsn rows come
// from any standby, and loads go to the primary.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	o = o.withDefaults()
	cfg, err := parseDSN(dsn, o.ConnectTimeout)
	if err != nil {
		return nil, err
	}
	if err := checkGlobs(o.Publish, o.Exclude, o.Attributes); err != nil {
		return nil, err
	}
	s := &Store{opts: o, dsn: cfg}
	s.life, s.done = context.WithCancel(context.WithoutCancel(ctx))
	s.openPools()
	s.look.init()
	s.states.init()

	first, cancel := context.WithTimeout(ctx, o.ConnectTimeout+o.LockTimeout)
	defer cancel()
	if err := s.refresh(first); err != nil {
		o.Logger.Warn("the database does not answer yet", "error", err)
	}
	s.running.Go(func() { s.watch(s.life) })
	return s, nil
}

// openPools makes the pools; none connects before it is asked to.
func (s *Store) openPools() {
	o := s.opts
	reading := map[string]string{
		"default_transaction_read_only":       "on",
		"statement_timeout":                   millis(o.StatementTimeout),
		"lock_timeout":                        millis(o.LockTimeout),
		"idle_in_transaction_session_timeout": millis(2 * o.StatementTimeout),
		"timezone":                            "UTC",
		// A plan made for any box takes the spatial index for the whole of
		// France: 118 ms in place of 0.2, for the 0.2 ms that planning takes.
		"plan_cache_mode": "force_custom_plan",
		// A filter of many functions is dear in the eyes of the planner, and few
		// rows never make up for the seconds that its compilation takes.
		"jit": "off",
	}
	from, to := s.dsn, s.dsn // several hosts: rows from a standby, loads into the primary
	if len(s.dsn.Multi) > 0 {
		if from = s.dsn.Clone(); from.TargetSessionAttrs == "" {
			from.TargetSessionAttrs = pq.TargetSessionAttrsPreferStandby
		}
		if from.LoadBalanceHosts == "" {
			from.LoadBalanceHosts = pq.LoadBalanceHostsRandom
		}
		to = s.dsn.Clone()
		to.TargetSessionAttrs = pq.TargetSessionAttrsReadWrite
	}
	s.reads = newPool(from, reading, s.slots(0), o.SocketTimeout)
	s.meta = newPool(from, reading, 2, o.SocketTimeout)
	long := maps.Clone(reading)
	long["statement_timeout"] = millis(extentTime)
	s.slow = newPool(from, long, 1, extentTime)
	// A load may stay silent for long (index, COPY): only its locks are bounded.
	s.loads = newPool(to, map[string]string{
		"lock_timeout": millis(swapLockTimeout), "statement_timeout": "0", "timezone": "UTC",
	}, 4, 0)
	if len(s.dsn.Multi) == 0 {
		return
	}
	all := append([]pq.ConfigMultihost{{Host: s.dsn.Host, Hostaddr: s.dsn.Hostaddr, Port: s.dsn.Port}}, s.dsn.Multi...)
	for _, h := range all {
		one := s.dsn.Clone()
		one.Multi, one.TargetSessionAttrs = nil, pq.TargetSessionAttrsAny
		one.Host, one.Hostaddr, one.Port = h.Host, h.Hostaddr, h.Port
		s.hosts = append(s.hosts, newPool(one, reading, 1, o.ConnectTimeout))
	}
}

func (s *Store) pools() []*pool {
	return append([]*pool{s.reads, s.meta, s.slow, s.loads}, s.hosts...)
}

// slots is the number of connections for reading, given max_connections of the
// server (0: not known yet).
func (s *Store) slots(maxConnections int) int {
	n := 8 * runtime.NumCPU()
	if s.opts.MaxConns > 0 {
		n = s.opts.MaxConns
	}
	if maxConnections > 0 {
		n = min(n, max(2, maxConnections/4))
	}
	return n
}

// openGate sizes the read pool and the gate before it, once the server has
// said how many connections it takes.
func (s *Store) openGate(ctx context.Context) error {
	if s.gate.Load() != nil {
		return nil
	}
	limit := 0
	err := s.meta.query(ctx, statement{text: `SELECT current_setting('max_connections')`}, nil, func(v []driver.Value) error {
		limit, _ = strconv.Atoi(text(v[0]))
		return nil
	})
	if err != nil {
		return explain(ctx, "read max_connections", err)
	}
	n := s.slots(limit)
	s.reads.resize(n)
	s.gate.Store(gate.New(gate.Options{Slots: n, Queue: s.opts.Queue}))
	return nil
}

// Close stops what runs in the background and closes every connection. No
// method may be called after it.
func (s *Store) Close() error {
	s.done()
	s.running.Wait()
	var errs []error
	for _, p := range s.pools() {
		errs = append(errs, p.close())
	}
	return errors.Join(errs...)
}

// Ping asks the database whether it can answer.
func (s *Store) Ping(ctx context.Context) error {
	err := s.meta.query(ctx, statement{text: `SELECT 1`}, nil, func([]driver.Value) error { return nil })
	if err != nil {
		return explain(ctx, "ask the database", err)
	}
	if s.current.Load() == nil {
		return s.refresh(ctx)
	}
	return nil
}

// Layers returns the published layers by id. geo.ErrUnavailable until the
// database has been read once.
func (s *Store) Layers(ctx context.Context) ([]*geo.Layer, error) {
	c, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	return append([]*geo.Layer(nil), c.layers...), nil
}

// Layer returns the layer of that id or alias, or geo.ErrNotFound: a layer that
// is not known is looked for in the database first.
func (s *Store) Layer(ctx context.Context, id string) (*geo.Layer, error) {
	c, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	if t := c.byID[id]; t != nil {
		return t.layer, nil
	}
	if err := s.refresh(ctx); err == nil {
		c = s.current.Load()
		if t := c.byID[id]; t != nil {
			return t.layer, nil
		}
	}
	return nil, notFound(id)
}

func notFound(id string) error {
	return &geo.Error{Kind: geo.ErrNotFound, Where: id,
		Msg: geo.Text{FR: "couche inconnue", EN: "unknown layer"}}
}

// Unpublished returns the tables that cannot be served, or only with a drawback.
func (s *Store) Unpublished(ctx context.Context) ([]geo.Unpublished, error) {
	c, err := s.catalog(ctx)
	if err != nil {
		return nil, err
	}
	return append([]geo.Unpublished(nil), c.unpublished...), nil
}

// catalog returns the last snapshot; the first must be read by then.
func (s *Store) catalog(ctx context.Context) (*catalog, error) {
	if c := s.current.Load(); c != nil {
		return c, nil
	}
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	return s.current.Load(), nil
}

// table returns what the store knows of the layer of a request. The layer may
// be of an earlier snapshot: it still holds when it has the same shape.
func (s *Store) table(l *geo.Layer) (*table, error) {
	c := s.current.Load()
	if c == nil {
		return nil, unavailable("look for layer "+l.ID, errNotRead)
	}
	t := c.byID[l.ID]
	if t == nil {
		return nil, notFound(l.ID)
	}
	if t.layer != l && !sameShape(t.layer, l) {
		return nil, changed(nil)
	}
	return t, nil
}
