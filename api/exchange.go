package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// exchange is what is known of one request beside what it says itself.
type exchange struct {
	id       string // told in the header Arpent-Request-Id, in problems and in the log
	base     string // of links: "https://host/geo"
	path     string // escaped path below base: "/collections/communes"
	lang     string // "fr" or "en"
	route    string // pattern of the route, "other" when there is none
	query    url.Values
	search   bool // query came in a body: it is what …/items would be asked
	deadline *time.Timer
	err      error // of the handler, for the log
}

type exchangeKey struct{}

// exchangeOf returns what ServeHTTP put beside every request.
func exchangeOf(r *http.Request) *exchange {
	x, _ := r.Context().Value(exchangeKey{}).(*exchange)
	return x
}

// errTooSlow is the cause of a context whose time to the first byte is over.
var errTooSlow = errors.New("no answer within the time of a request")

// downloadTime bounds an answer once its first byte is sent.
const downloadTime = 10 * time.Minute

// begin puts an exchange beside r and starts its clock; end stops it.
func (s *Server) begin(r *http.Request) (*http.Request, *exchange, func()) {
	x := &exchange{id: newRequestID(), lang: acceptedLanguage(r), route: "other"}
	ctx, cancel := context.WithCancelCause(context.WithValue(r.Context(), exchangeKey{}, x))
	x.deadline = time.AfterFunc(s.o.RequestTimeout, func() { cancel(errTooSlow) })
	return r.WithContext(ctx), x, func() {
		x.deadline.Stop()
		cancel(nil)
	}
}

// firstByteSent gives the answer the time of a download.
func (x *exchange) firstByteSent() { x.deadline.Reset(downloadTime) }

// url returns the absolute address of a path of the site.
func (x *exchange) url(path string, q url.Values) string {
	if len(q) == 0 {
		return x.base + path
	}
	return x.base + path + "?" + q.Encode()
}

// with returns the parameters of the request with those named set, or removed
// when their value is empty.
func (x *exchange) with(set map[string]string) url.Values {
	q := url.Values{}
	for k, v := range x.query {
		q[k] = v
	}
	for k, v := range set {
		if v == "" {
			delete(q, k)
		} else {
			q.Set(k, v)
		}
	}
	return q
}

func newRequestID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// recorder notes what became of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// started reports whether the header was sent: it is then too late for a problem.
func (w *recorder) started() bool { return w.status != 0 }

// pathEscape escapes one part of a path. Slashes are escaped: ids may hold them.
func pathEscape(s string) string {
	e := url.PathEscape(s)
	if e == "." || e == ".." { // clients would resolve them
		return strings.ReplaceAll(e, ".", "%2E")
	}
	return e
}
