package api

import (
	"context"
	"net/http"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// handleHealth says that the process is alive. It never asks the database: an
// outage there must not restart every node.
func (s *Server) handleHealth(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	s.writeShort(w, r, http.StatusOK, formatJSON.media, []byte("{\"status\":\"ok\"}\n"))
	return nil
}

// readyTime is what the database has to say that it can answer.
const readyTime = 2 * time.Second

// handleReady says whether this node can answer: not while it stops, not while
// the database cannot.
func (s *Server) handleReady(w http.ResponseWriter, r *http.Request) error {
	if s.draining.Load() {
		return &problem{status: http.StatusServiceUnavailable, retryAfter: time.Second,
			err: geo.Error{Msg: geo.Text{FR: "le serveur s'arrête", EN: "the server is stopping"}}}
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	if err := s.store.Ping(ctx); err != nil {
		p := problemOf(r.Context(), err)
		p.status, p.retryAfter = http.StatusServiceUnavailable, 3*time.Second
		p.err.Err = err
		return &p
	}
	w.Header().Set("Cache-Control", "no-store")
	s.writeShort(w, r, http.StatusOK, formatJSON.media, []byte("{\"status\":\"ready\"}\n"))
	return nil
}
