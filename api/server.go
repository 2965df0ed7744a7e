package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/tile"
)

// Options set a Server. The zero value works; defaults are named.
type Options struct {
	// BaseURL is the public address, such as "https://host/geo". Its path is
	// taken off requests that come with it. Empty: the address that the client
	// used, as the header Host says.
	BaseURL string
	// TrustedProxies are those whose X-Forwarded-Proto, -Host, -Prefix and -For
	// are believed when BaseURL is empty.
	TrustedProxies []netip.Prefix
	NoCORS         bool // keeps pages of other sites from reading answers
	NoMetrics      bool // no /metrics: Metrics is served on another address

	Title       geo.Text // of the site; empty: "Arpent"
	Description geo.Text // one or two sentences
	Notice      geo.Text // shown on every page and in the metadata; may be empty
	Version     string   // of Arpent; it is part of every ETag

	DefaultLimit   int           // items in an answer when the request does not say, 10
	MaxItems       int           // items in an answer at most, 10,000
	RequestTimeout time.Duration // to the first byte of an answer, 15 s
	CountBudget    time.Duration // to count the items of an answer, 300 ms; past it numberMatched is left out
	CacheMaxAge    time.Duration // of layers whose version is not tracked, 1 min

	Logger   *slog.Logger         // nil: logs nothing
	Registry *prometheus.Registry // nil: one of the server's own
}

func (o Options) withDefaults() Options {
	setInt := func(n *int, def int) {
		if *n <= 0 {
			*n = def
		}
	}
	setTime := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	if o.Title == (geo.Text{}) {
		o.Title = geo.Text{FR: "Arpent", EN: "Arpent"}
	}
	setInt(&o.DefaultLimit, 10)
	setInt(&o.MaxItems, 10_000)
	o.DefaultLimit = min(o.DefaultLimit, o.MaxItems)
	setTime(&o.RequestTimeout, 15*time.Second)
	setTime(&o.CountBudget, 300*time.Millisecond)
	setTime(&o.CacheMaxAge, time.Minute)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	return o
}

// Server answers HTTP requests from a Store. Safe for concurrent use.
type Server struct {
	o        Options
	store    Store
	bases    bases
	site     *web.Site
	router   http.Handler
	grid     *tile.TileMatrixSet   // of web maps
	grids    []*tile.TileMatrixSet // all
	crsURIs  []string              // of the systems in which items can be asked
	metrics  *metrics
	pools    pools
	counts   *counts
	times    *otter.Cache[string, *temporalExtent] // of layers, by version
	timesOf  flights[*temporalExtent]
	places   *places
	tiles    flights[*madeTile]
	builders sync.Pool // *tile.Builder
	draining atomic.Bool
	perChunk time.Duration // a client has to take a chunk
	seed     string        // part of every ETag: what is set of the server
}

// New makes a server. It asks nothing of the store: the database may be away.
// Errors: a BaseURL that cannot be used, a Registry that holds its metrics
// already.
func New(store Store, o Options) (*Server, error) {
	o = o.withDefaults()
	b, err := newBases(o.BaseURL, o.TrustedProxies)
	if err != nil {
		return nil, err
	}
	site, err := web.New(web.Options{Title: o.Title, Description: o.Description, Notice: o.Notice,
		Version: o.Version, MaxItems: o.MaxItems})
	if err != nil {
		return nil, fmt.Errorf("make the pages: %w", err)
	}
	m, err := newMetrics(o.Registry, o.Version)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, store: store, bases: b, site: site, metrics: m, grid: tile.WebMercatorQuad(), grids: tile.Sets(), perChunk: writeTimeout, crsURIs: uris(crsList()),
		seed: digest(o.Version, o.Title.FR, o.Title.EN, o.Description.FR, o.Description.EN, o.Notice.FR, o.Notice.EN)}
	if err := b.check(s.routes()); err != nil {
		return nil, err
	}
	if s.counts, err = newCounts(); err != nil {
		return nil, err
	}
	if s.times, err = otter.New(&otter.Options[string, *temporalExtent]{MaximumSize: maxTimes}); err != nil {
		return nil, fmt.Errorf("make the cache of times: %w", err)
	}
	if s.places, err = newPlaces(); err != nil {
		return nil, err
	}
	s.router = newRouter(s)
	return s, nil
}

// maxTimes bounds the layers whose time is kept.
const maxTimes = 10_000

// Drain makes /readyz answer 503, so that balancers send requests elsewhere
// before the server stops. Requests are still answered.
func (s *Server) Drain() { s.draining.Store(true) }

// Timeouts of connections (slow clients, dead clients). writeTimeout is
// renewed for each chunk of an answer: long downloads live.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second // header and body: no request here has a body worth reading
	writeTimeout      = 20 * time.Second
	idleTimeout       = 75 * time.Second // as nginx; a balancer's must be shorter
	maxHeaderBytes    = 32 << 10
)

// NewHTTPServer returns a server for h with the timeouts and limits that keep
// slow, dead and rude clients from holding it. requestTimeout is the one of
// the Options; zero: its default.
func NewHTTPServer(h http.Handler, requestTimeout time.Duration, log *slog.Logger) *http.Server {
	if requestTimeout <= 0 {
		requestTimeout = Options{}.withDefaults().RequestTimeout
	}
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      requestTimeout + writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
	if log != nil {
		srv.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelDebug)
	}
	return srv
}
