package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
)

// handler answers one request or says why it could not: fail turns the error
// into an answer.
type handler func(w http.ResponseWriter, r *http.Request) error

// problem is an error that knows its status.
type problem struct {
	status     int
	reason     string        // label of the metric of refusals; empty: not counted
	retryAfter time.Duration // 0: none
	err        geo.Error
}

func newProblem(status int, where string, msg, hint geo.Text) *problem {
	return &problem{status: status, err: geo.Error{Where: where, Msg: msg, Hint: hint}}
}

func (p *problem) Error() string { return p.err.Error() }

// serverFault keeps an error about the data from being told as one about the
// request: an unreadable geometry in the store is not a bad request.
func serverFault(where string, err error) error {
	p := newProblem(http.StatusInternalServerError, where, geo.Text{
		FR: "cet élément ne peut pas être écrit ; la cause est dans le journal du serveur",
		EN: "this item cannot be written; the cause is in the log of the server"}, geo.Text{})
	p.reason, p.err.Err = "unreadable", err
	return p
}

// kinds are the failures of package geo, as HTTP tells them. The first that
// matches decides.
var kinds = []struct {
	kind    error
	problem problem
}{
	{geo.ErrBusy, problem{503, "busy", time.Second, geo.Error{Msg: geo.Text{
		FR: "le serveur traite déjà trop de demandes", EN: "the server is handling too many requests"}}}},
	{geo.ErrTimeout, problem{503, "timeout", 5 * time.Second, geo.Error{Msg: geo.Text{
		FR: "la réponse a demandé trop de temps", EN: "the answer took too long"}, Hint: geo.Text{
		FR: "demandez moins : une zone plus petite, moins d'éléments", EN: "ask for less: a smaller area, fewer items"}}}},
	{geo.ErrChanged, problem{503, "changed", time.Second, geo.Error{Msg: geo.Text{
		FR: "la couche vient de changer", EN: "the layer has just changed"}}}},
	{geo.ErrUnavailable, problem{503, "unavailable", 3 * time.Second, geo.Error{Msg: geo.Text{
		FR: "les données sont injoignables pour le moment", EN: "the data cannot be reached for now"}}}},
	{geo.ErrNotFound, problem{404, "", 0, geo.Error{Msg: geo.Text{
		FR: "cette ressource n'existe pas", EN: "this resource does not exist"}}}},
	{geo.ErrInvalidInput, problem{400, "", 0, geo.Error{Msg: geo.Text{
		FR: "la demande est incorrecte", EN: "the request is not correct"}}}},
	{geo.ErrUnsupportedCRS, problem{400, "", 0, geo.Error{Msg: geo.Text{
		FR: "système de coordonnées inconnu", EN: "unknown coordinate reference system"}}}},
	{geo.ErrForbidden, problem{403, "forbidden", 0, geo.Error{Msg: geo.Text{
		FR: "la base de données ne permet pas de lire cette couche", EN: "the database does not allow reading this layer"}}}},
	{geo.ErrTooLarge, problem{413, "too_large", 0, geo.Error{Msg: geo.Text{
		FR: "la réponse dépasse la taille permise", EN: "the answer is larger than allowed"}}}},
}

// problemOf says how an error is told. It never shows a cause: only the texts
// of geo.Error, made for people, leave the server.
func problemOf(ctx context.Context, err error) problem {
	var p *problem
	if errors.As(err, &p) {
		return *p
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(context.Cause(ctx), errTooSlow) {
		err = geo.ErrTimeout
	}
	for _, k := range kinds {
		if errors.Is(err, k.kind) {
			out := k.problem
			var e *geo.Error
			if errors.As(err, &e) && errors.Is(e.Kind, k.kind) && e.Msg != (geo.Text{}) {
				out.err = *e
			}
			return out
		}
	}
	return problem{status: 500, reason: "internal", err: geo.Error{Msg: geo.Text{
		FR: "une erreur est survenue ; elle est notée dans le journal du serveur",
		EN: "an error occurred; it is noted in the log of the server"}}}
}

// statusClientGone is what the log and the metrics say of a client that left
// before the answer (nginx's number).
const statusClientGone = 499

// fail is the one place where an error becomes an answer. Once the header was
// sent it is too late: the connection is aborted, so that a truncated answer
// is never taken for a whole one.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	x := exchangeOf(r)
	x.err = err
	rec, ok := w.(*recorder)
	gone := errors.Is(context.Cause(r.Context()), context.Canceled)
	if ok && rec.started() {
		abort()
	}
	if gone {
		if ok {
			rec.status = statusClientGone
		}
		abort()
	}
	p := problemOf(r.Context(), err)
	if p.reason != "" {
		s.metrics.refusals.WithLabelValues(p.reason).Inc()
	}
	if p.status == http.StatusInternalServerError {
		s.o.Logger.ErrorContext(r.Context(), "request failed", "id", x.id, "route", x.route, "err", err)
	}
	s.writeProblem(w, r, p)
}

// writeProblem writes problem+json (RFC 9457), or a page for browsers.
func (s *Server) writeProblem(w http.ResponseWriter, r *http.Request, p problem) {
	x := exchangeOf(r)
	h := w.Header()
	for _, name := range []string{"ETag", "Content-Crs", "Content-Encoding", "Content-Length", "Arpent-Data-Version"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Language", x.lang)
	if p.retryAfter > 0 {
		seconds := int(p.retryAfter.Seconds())
		h.Set("Retry-After", strconv.Itoa(seconds+rand.IntN(seconds+1))) // spread: clients must not all come back at once
	}
	title := statusTitle(p.status).In(x.lang)
	if wantsHTML(r) {
		page := &web.Error{Base: s.page(r), Status: p.status, Title: title, Where: p.err.Where,
			Detail: p.err.Msg.In(x.lang), Hint: p.err.Hint.In(x.lang), RequestID: x.id}
		if body, err := s.render(page); err == nil {
			setPageHeaders(h)
			s.writeShort(w, r, p.status, formatHTML.contentType(), body)
			return
		}
	}
	body, err := json.Marshal(struct {
		Title     string `json:"title"`
		Status    int    `json:"status"`
		Detail    string `json:"detail"`
		Where     string `json:"where,omitempty"`
		Hint      string `json:"hint,omitempty"`
		RequestID string `json:"requestId"`
	}{title, p.status, p.err.Msg.In(x.lang), p.err.Where, p.err.Hint.In(x.lang), x.id})
	if err != nil {
		body = []byte(`{"status":` + strconv.Itoa(p.status) + `}`)
	}
	s.writeShort(w, r, p.status, "application/problem+json", body)
}

// abort closes the connection without ending the answer: net/http has no other
// way, and ServeHTTP lets it through.
func abort() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // see above
}

// recovered answers for a handler that panicked, and logs where it did.
func (s *Server) recovered(w *recorder, r *http.Request, v any) {
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		abort()
	}
	x := exchangeOf(r)
	s.o.Logger.ErrorContext(r.Context(), "panic", "id", x.id, "route", x.route, "panic", fmt.Sprint(v),
		slog.String("stack", string(debug.Stack())))
	s.fail(w, r, fmt.Errorf("panic: %v", v))
}

// statusTitle names a status for people.
func statusTitle(status int) geo.Text {
	switch status {
	case 400:
		return geo.Text{FR: "Demande incorrecte", EN: "Bad request"}
	case 403:
		return geo.Text{FR: "Accès refusé", EN: "Forbidden"}
	case 404:
		return geo.Text{FR: "Introuvable", EN: "Not found"}
	case 405:
		return geo.Text{FR: "Méthode refusée", EN: "Method not allowed"}
	case 406:
		return geo.Text{FR: "Format non disponible", EN: "Not acceptable"}
	case 413:
		return geo.Text{FR: "Réponse trop volumineuse", EN: "Answer too large"}
	case 414:
		return geo.Text{FR: "Adresse trop longue", EN: "Address too long"}
	case 415:
		return geo.Text{FR: "Format de demande inconnu", EN: "Unsupported media type"}
	case 503:
		return geo.Text{FR: "Indisponible pour le moment", EN: "Unavailable for now"}
	}
	return geo.Text{FR: "Erreur du serveur", EN: "Server error"}
}

// quoted and quotedFR repeat a word of the request in a message.
func quoted(s string) string   { return strconv.Quote(shorten(s)) }
func quotedFR(s string) string { return "« " + shorten(s) + " »" }

// maxRepeated bounds what a message repeats of the request.
const maxRepeated = 80

func shorten(s string) string {
	if len(s) > maxRepeated {
		s = strings.ToValidUTF8(s[:maxRepeated], "") + "…"
	}
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return '\ufffd'
		}
		return c
	}, strings.ToValidUTF8(s, "\ufffd"))
}
