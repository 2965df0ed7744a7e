package api

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are counted by the pattern of the route, never by what a client
// wrote: the number of series is bounded.
type metrics struct {
	duration *prometheus.HistogramVec
	refusals *prometheus.CounterVec
	inFlight prometheus.Gauge
	leftOut  prometheus.Counter
	handler  http.Handler
}

func newMetrics(reg *prometheus.Registry, version string) (*metrics, error) {
	m := &metrics{
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "arpent_http_request_duration_seconds", Help: "Time of answers, whole, by route, method and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"route", "method", "status"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "arpent_http_refusals_total", Help: "Answers that the state of the server or of the store refused, by reason.",
		}, []string{"reason"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "arpent_http_requests_in_flight", Help: "Requests being answered.",
		}),
		leftOut: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "arpent_tile_rows_unreadable_total", Help: "Rows left out of tiles because their geometry cannot be read.",
		}),
		handler: promhttp.HandlerFor(reg, promhttp.HandlerOpts{}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "arpent_build_info", Help: "Version of Arpent.", ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	for _, c := range []prometheus.Collector{m.duration, m.refusals, m.inFlight, m.leftOut, build} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
	default:
		method = "other"
	}
	m.duration.WithLabelValues(route, method, strconv.Itoa(status)).Observe(took.Seconds())
}

// Metrics serves the metrics of the Registry: for an address of their own when
// Options.NoMetrics keeps them off the public one.
func (s *Server) Metrics() http.Handler { return s.metrics.handler }

func (s *Server) handleMetrics(w http.ResponseWriter, r *http.Request) error {
	if s.o.NoMetrics {
		return errNoRoute
	}
	w.Header().Set("Cache-Control", "no-store")
	s.metrics.handler.ServeHTTP(w, r)
	return nil
}
