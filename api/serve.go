package api

import (
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// ServeHTTP answers one request: what is common to all stands here, the rest
// behind the router.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	rec := &recorder{ResponseWriter: w}
	r, x, end := s.begin(r)
	s.metrics.inFlight.Inc()
	defer func() { // also when the answer is aborted
		end()
		s.metrics.inFlight.Dec()
		s.finish(r, x, rec, time.Since(start))
	}()
	defer func() {
		if v := recover(); v != nil {
			s.recovered(rec, r, v)
		}
	}()
	s.setCommonHeaders(rec.Header(), r, x)
	r, err := s.open(r, x)
	if err != nil {
		s.fail(rec, r, err)
		return
	}
	s.router.ServeHTTP(rec, r)
}

// open checks what every request must fulfil, and returns it with the path
// that routes know: without base path, without slash at the end.
func (s *Server) open(r *http.Request, x *exchange) (*http.Request, error) {
	base, ok := s.bases.of(r)
	x.base = base
	if !ok {
		return r, geo.Invalid("Host", geo.Text{FR: "ce nom d'hôte est incorrect", EN: "this host name is not correct"}, geo.Text{})
	}
	if len(r.RequestURI) > maxURLBytes {
		return r, newProblem(http.StatusRequestURITooLong, "", geo.Text{FR: "cette adresse est trop longue", EN: "this address is too long"},
			geo.Text{FR: "au plus 16 ko", EN: "16 kB at most"})
	}
	if r.ContentLength > maxBodyBytes { // no route reads as much: it is left on the wire
		return r, newProblem(http.StatusRequestEntityTooLarge, "Content-Length", geo.Text{FR: "le corps de cette demande est trop long", EN: "the body of this request is too long"},
			geo.Text{FR: "au plus 1 Mio", EN: "1 MiB at most"})
	}
	x.path = s.bases.strip(r.URL.EscapedPath())
	if !strings.HasPrefix(x.path, "/") { // "*", or an absolute form without path
		x.path = "/" + x.path
	}
	if len(x.path) > 1 {
		x.path = strings.TrimSuffix(x.path, "/")
	}
	var err error
	if x.query, err = readQuery(r.URL.RawQuery); err != nil {
		return r, err
	}
	if err := x.readLanguage(); err != nil {
		return r, err
	}
	u := *r.URL
	if u.Path, err = url.PathUnescape(x.path); err != nil {
		return r, errNoRoute
	}
	u.RawPath = x.path
	out := r.WithContext(r.Context())
	out.URL = &u
	return out, nil
}

// serveRoute answers by the method: routes only read.
func (s *Server) serveRoute(w http.ResponseWriter, r *http.Request, rt route) {
	exchangeOf(r).route = rt.pattern
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if err := s.serveSettled(w, r, rt); err != nil {
			s.fail(w, r, err)
		}
	case http.MethodOptions:
		s.handleOptions(w, allowedMethods)
	default:
		s.refuseMethod(w, r, allowedMethods)
	}
}

// servePost answers a question that comes in a body.
func (s *Server) servePost(w http.ResponseWriter, r *http.Request, rt route) {
	exchangeOf(r).route = rt.pattern
	switch r.Method {
	case http.MethodPost:
		if err := s.serveSettled(w, r, rt); err != nil {
			s.fail(w, r, err)
		}
	case http.MethodOptions:
		s.handleOptions(w, searchMethods)
	default:
		s.refuseMethod(w, r, searchMethods)
	}
}

func (s *Server) refuseMethod(w http.ResponseWriter, r *http.Request, allowed string) {
	w.Header().Set("Allow", allowed)
	s.fail(w, r, newProblem(http.StatusMethodNotAllowed, shorten(r.Method),
		geo.Text{FR: "cette adresse ne fait que lire", EN: "this address only reads"},
		geo.Text{FR: "méthodes acceptées : " + allowed, EN: "allowed methods: " + allowed}))
}

// changePauses are the times given to a store to see what changed.
var changePauses = [...]time.Duration{20 * time.Millisecond, 200 * time.Millisecond}

// serveSettled answers again, of the new state, when the layer changed under
// an answer of which nothing was sent yet.
func (s *Server) serveSettled(w http.ResponseWriter, r *http.Request, rt route) error {
	err := rt.serve(w, r)
	for _, pause := range changePauses {
		if rec, ok := w.(*recorder); !errors.Is(err, geo.ErrChanged) || !ok || rec.started() {
			return err
		}
		select {
		case <-r.Context().Done():
			return err
		case <-time.After(pause):
		}
		for _, name := range []string{"ETag", "Arpent-Data-Version", "Content-Crs", "Content-Encoding"} {
			w.Header().Del(name)
		}
		err = rt.serve(w, r)
	}
	return err
}

const (
	allowedMethods = "GET, HEAD, OPTIONS"
	searchMethods  = "POST, OPTIONS"
)

// setCommonHeaders sets what every answer carries. Handlers narrow Vary and
// Cross-Origin-Resource-Policy where less is true.
func (s *Server) setCommonHeaders(h http.Header, r *http.Request, x *exchange) {
	h.Set("Arpent-Request-Id", x.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Vary", "Accept, Accept-Encoding, Accept-Language")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'") // pages set their own
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if s.o.NoCORS {
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		return
	}
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Expose-Headers", "Link, ETag, Content-Crs, Retry-After, Arpent-Data-Version, Arpent-Request-Id")
}

// handleOptions answers the question that browsers ask before a request with
// headers of its own: once a day.
func (s *Server) handleOptions(w http.ResponseWriter, allowed string) {
	h := w.Header()
	h.Set("Allow", allowed)
	if !s.o.NoCORS {
		h.Set("Access-Control-Allow-Methods", allowed)
		h.Set("Access-Control-Allow-Headers", "Accept, Accept-Language, Authorization, Content-Type, If-None-Match, Range, X-Api-Key, X-Requested-With")
		h.Set("Access-Control-Max-Age", "86400")
	}
	w.WriteHeader(http.StatusNoContent)
}

// finish counts and logs a request: one line, without its parameters, which
// may tell what someone is looking for.
func (s *Server) finish(r *http.Request, x *exchange, rec *recorder, took time.Duration) {
	s.metrics.observe(x.route, r.Method, rec.status, took)
	log, level := s.o.Logger, slog.LevelInfo
	switch x.route {
	case "/healthz", "/readyz", "/metrics": // asked every few seconds
		level = slog.LevelDebug
	}
	if !log.Enabled(r.Context(), level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("id", x.id), slog.String("method", shorten(r.Method)), slog.String("path", shorten(r.URL.Path)),
		slog.Int("status", rec.status), slog.Int64("bytes", rec.bytes), slog.Float64("ms", math.Round(took.Seconds()*1e5)/100),
	}
	if log.Enabled(r.Context(), slog.LevelDebug) {
		attrs = append(attrs, slog.String("route", x.route), slog.String("query", shorten(r.URL.RawQuery)), slog.String("client", r.RemoteAddr))
	}
	if x.err != nil && (rec.status >= 500 || rec.status < 400) { // the cause that the client does not see
		attrs = append(attrs, slog.String("err", x.err.Error()))
	}
	log.LogAttrs(r.Context(), level, "request", attrs...)
}
