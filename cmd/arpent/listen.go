package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/arpent-geo/arpent/api"
	"github.com/arpent-geo/arpent/examples/demo"
	"github.com/arpent-geo/arpent/geo"
)

// serve opens the store, listens, and serves until ctx ends; then drains.
func (a *app) serve(ctx context.Context, s settings) error {
	limitMemory(a.env)
	log, err := s.logger(a.err)
	if err != nil {
		return err
	}
	st, err := a.openServed(ctx, s, log)
	if err != nil {
		return err
	}
	defer st.Close()
	warnLayers(ctx, st, s.Layers, log)
	handler, err := newHandler(st, s, log)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, s.Addr, "addr")
	if err != nil {
		return err
	}
	stopAdmin, err := serveAdmin(ctx, s, handler, log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	defer stopAdmin()
	if isTerminal(a.err) { // no balancer looks at a laptop: Ctrl-C need not wait
		s.Timeouts.Grace = 0
	}
	a.announce(s, listener.Addr())
	return serveUntil(ctx, listener, handler, s.Timeouts, log)
}

// warnLayers tells of settings for layers that are not there. It says nothing
// while the database is away.
func warnLayers(ctx context.Context, st store, set map[string]geo.Meta, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	layers, err := st.Layers(ctx)
	if err != nil {
		return
	}
	var known []string
	for _, l := range layers {
		known = append(append(known, l.ID), l.Aliases...)
	}
	for id := range set {
		if !slices.Contains(known, id) {
			log.Warn("settings for a layer that is not there", "layer", id, "near", geo.Nearest(id, known))
		}
	}
}

func newHandler(st store, s settings, log *slog.Logger) (*api.Server, error) {
	proxies, err := s.proxies()
	if err != nil {
		return nil, err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	o := api.Options{
		Registry: registry,
		BaseURL:  s.BaseURL, TrustedProxies: proxies, NoCORS: !s.CORS, NoMetrics: s.AdminAddr != "", Title: s.Title, Description: s.Description,
		MaxItems: s.Limits.Items, DefaultLimit: s.Limits.DefaultItems, RequestTimeout: s.Timeouts.Request,
		CacheMaxAge: s.Cache.MaxAge, Logger: log, Version: version(),
	}
	if kindOfSource(s.Source) == sourceDemo {
		o.Notice = demo.Notice()
	}
	return api.New(st, o)
}

func listen(ctx context.Context, addr, setting string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, &geo.Error{Kind: geo.ErrUnavailable, Where: setting, Err: err,
			Msg:  geo.Text{FR: "impossible d'écouter sur " + addr, EN: "cannot listen on " + addr},
			Hint: geo.Text{FR: "un autre programme l'occupe peut-être : essayez --addr 127.0.0.1:8081", EN: "another program may hold it: try --addr 127.0.0.1:8081"}}
	}
	return l, nil
}

// announce prints the one line that people look for.
func (a *app) announce(s settings, addr net.Addr) {
	address := s.BaseURL
	if address == "" {
		host, port, _ := net.SplitHostPort(addr.String())
		if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		address = "http://" + net.JoinHostPort(host, port)
	}
	what := a.pick("la démonstration", "the demonstration")
	if s.Source != "" {
		what = displaySource(s.Source)
	}
	fmt.Fprintf(a.out, a.pick("Arpent publie %s sur %s/ (Ctrl-C pour arrêter)\n", "Arpent publishes %s on %s/ (Ctrl-C to stop)\n"),
		what, strings.TrimSuffix(address, "/"))
}

// serveUntil serves until ctx ends, then: /readyz says 503 for t.Grace, so that
// balancers look elsewhere; no new connection; answers under way have t.Drain
// to end; what remains is cut.
func serveUntil(ctx context.Context, l net.Listener, handler *api.Server, t timeouts, log *slog.Logger) error {
	srv := api.NewHTTPServer(handler, t.Request, log)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	case <-ctx.Done():
	}
	log.Info("draining", "grace", t.Grace, "drain", t.Drain)
	handler.Drain()
	ctx = context.WithoutCancel(ctx)
	time.Sleep(t.Grace)
	ctx, cancel := context.WithTimeout(ctx, t.Drain)
	defer cancel()
	if err := srv.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		log.Warn("cut the answers that took longer than the drain")
		return srv.Close()
	} else if err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}

// serveAdmin listens apart for metrics and profiles, when an address is set.
func serveAdmin(ctx context.Context, s settings, handler *api.Server, log *slog.Logger) (stop func(), err error) {
	if s.AdminAddr == "" {
		return func() {}, nil
	}
	l, err := listen(ctx, s.AdminAddr, "admin_addr")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", handler.Metrics())
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	go func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("serve metrics", "error", err)
		}
	}()
	return func() { _ = srv.Close() }, nil
}
