package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// chunkSize is how much of an answer is gathered before it is sent: whatever
// its length, an answer takes no more memory. Until the first one is sent an
// error can still become a problem.
const chunkSize = 32 << 10

// headSize is how much is gathered before the first chunk: an answer no longer
// than that can be made again when its layer is replaced meanwhile.
const headSize = 8 * chunkSize

// Answers are compressed when they have at least minGzip bytes, at a level
// that costs little processor (measured: level 5 of klauspost/compress is four
// times faster than level 6 of the standard library and 3 % larger).
const (
	minGzip       = 1000
	textGzipLevel = 5
	tileGzipLevel = 2
)

// pools keep buffers from one request to the next.
type pools struct {
	buffers sync.Pool                           // *[]byte
	gzips   [gzip.BestCompression + 1]sync.Pool // *gzip.Writer, by level
}

// maxKept is the largest buffer worth keeping.
const maxKept = 1 << 20

func (p *pools) buffer() []byte {
	if b, ok := p.buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, 2*chunkSize)
}

func (p *pools) keep(b []byte) {
	if cap(b) <= maxKept {
		p.buffers.Put(&b)
	}
}

func (p *pools) gzip(level int) (*gzip.Writer, error) {
	if z, ok := p.gzips[level].Get().(*gzip.Writer); ok {
		return z, nil
	}
	return gzip.NewWriterLevel(io.Discard, level)
}

// keepGzip must not hold what was written to.
func (p *pools) keepGzip(z *gzip.Writer, level int) {
	z.Reset(io.Discard)
	p.gzips[level].Put(z)
}

// answer is a body on its way out: it is appended to buf, and sent by chunks.
// Not safe for concurrent use; release must be called.
type answer struct {
	s      *Server
	w      http.ResponseWriter
	r      *http.Request
	rc     *http.ResponseController
	buf    []byte
	stable int // length of the part of buf that the ETag is made of; 0: all
	gz     *gzip.Writer
	sent   bool
}

func (s *Server) newAnswer(w http.ResponseWriter, r *http.Request, media string) *answer {
	w.Header().Set("Content-Type", media)
	return &answer{s: s, w: w, r: r, rc: http.NewResponseController(w), buf: s.pools.buffer()}
}

// release gives the memory of the answer back.
func (a *answer) release() {
	a.s.pools.keep(a.buf)
	if a.gz != nil {
		a.s.pools.keepGzip(a.gz, textGzipLevel)
	}
	a.buf, a.gz = nil, nil
}

// flushIfFull sends what was gathered once it fills a chunk.
func (a *answer) flushIfFull() error {
	if len(a.buf) < chunkSize || !a.sent && len(a.buf) < headSize {
		return nil
	}
	return a.flush()
}

func (a *answer) flush() error {
	if !a.sent {
		if err := a.startGzip(); err != nil {
			return err
		}
		a.start(http.StatusOK)
	}
	var err error
	if a.gz != nil {
		_, err = a.gz.Write(a.buf)
	} else {
		_, err = a.Write(a.buf)
	}
	a.buf = a.buf[:0]
	return err
}

func (a *answer) startGzip() (err error) {
	if !acceptsGzip(a.r) {
		return nil
	}
	if a.gz, err = a.s.pools.gzip(textGzipLevel); err != nil {
		return fmt.Errorf("start gzip: %w", err)
	}
	a.gz.Reset(a)
	a.w.Header().Set("Content-Encoding", "gzip")
	return nil
}

func (a *answer) start(status int) {
	a.sent = true
	a.w.WriteHeader(status)
	exchangeOf(a.r).firstByteSent()
}

// Write sends bytes to the client, in pieces: each renews the time that the
// client has to take it, so that long downloads live and dead readers go.
func (a *answer) Write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		_ = a.rc.SetWriteDeadline(time.Now().Add(a.s.perChunk)) // a writer without deadlines (tests) has none to renew
		n, err := a.w.Write(b[done:min(done+chunkSize, len(b))])
		done += n
		if err != nil {
			return done, fmt.Errorf("send answer: %w", err)
		}
	}
	return done, nil
}

// close sends the rest. An answer that fits in one chunk has a length, and an
// ETag made of its bytes when the handler has set none; it may be a 304.
func (a *answer) close() error {
	if a.sent {
		if err := a.flush(); err != nil || a.gz == nil {
			return err
		}
		if err := a.gz.Close(); err != nil {
			return fmt.Errorf("end gzip: %w", err)
		}
		return nil
	}
	h := a.w.Header()
	if h.Get("ETag") == "" {
		part := a.buf
		if a.stable > 0 {
			part = a.buf[:a.stable]
		}
		h.Set("ETag", etag(h.Get("Content-Type"), string(part)))
	}
	if matchesETag(a.r, h.Get("ETag")) {
		notModified(a.w)
		return nil
	}
	body := a.buf
	if len(body) >= minGzip && acceptsGzip(a.r) {
		z, err := a.s.gzipped(body, textGzipLevel)
		if err != nil {
			return err
		}
		body = z
		h.Set("Content-Encoding", "gzip")
	}
	return a.sendWhole(http.StatusOK, body)
}

func (a *answer) sendWhole(status int, body []byte) error {
	a.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	a.start(status)
	if a.r.Method == http.MethodHead {
		return nil
	}
	_, err := a.Write(body)
	return err
}

func (s *Server) gzipped(body []byte, level int) ([]byte, error) {
	z, err := s.pools.gzip(level)
	if err != nil {
		return nil, fmt.Errorf("start gzip: %w", err)
	}
	defer s.pools.keepGzip(z, level)
	var out bytes.Buffer
	z.Reset(&out)
	if _, err := z.Write(body); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	return out.Bytes(), nil
}

// writeJSON writes a document that does not depend on the data of one layer.
func (s *Server) writeJSON(w http.ResponseWriter, r *http.Request, media string, doc any) error {
	a := s.newAnswer(w, r, media)
	defer a.release()
	var err error
	if a.buf, err = appendJSON(a.buf, doc); err != nil {
		return err
	}
	a.buf = append(a.buf, '\n')
	setRevalidated(w.Header())
	w.Header().Set("Content-Language", exchangeOf(r).lang)
	return a.close()
}

// appendJSON leaves & and < as they are: what is written is no part of a page.
func appendJSON(dst []byte, doc any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(doc); err != nil {
		return dst, fmt.Errorf("write json: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// writeShort writes a small body with a status, neither compressed nor
// validated: problems and states of health.
func (s *Server) writeShort(w http.ResponseWriter, r *http.Request, status int, media string, body []byte) {
	a := s.newAnswer(w, r, media)
	defer a.release()
	if err := a.sendWhole(status, body); err != nil { // the client left: nobody to tell
		exchangeOf(r).err = err
	}
}
