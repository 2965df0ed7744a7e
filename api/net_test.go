package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// serve listens on a free port with the timeouts of the real server.
func (ts *testSite) serve() string {
	ts.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		ts.t.Fatal(err)
	}
	srv := NewHTTPServer(ts.api, 0, nil)
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	ts.t.Cleanup(func() {
		srv.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			ts.t.Error(err)
		}
	})
	return l.Addr().String()
}

// eventually waits for a condition that other goroutines bring about.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s: not within 10 s", what)
}

func (ts *testSite) inFlight() string {
	for line := range strings.SplitSeq(body(ts.t, ts.get("/metrics")), "\n") {
		if v, ok := strings.CutPrefix(line, "arpent_http_requests_in_flight "); ok {
			return v
		}
	}
	return ""
}

func TestErrorAfterTheFirstByteAbortsTheConnection(t *testing.T) {
	ts := newTestSite(t, Options{})
	addr := ts.serve()
	ts.store.set(func(f *fakeStore) { f.endless, f.fail, f.failAt = true, geo.ErrUnavailable, 2000 })
	res, err := http.Get("http://" + addr + "/collections/communes/items?limit=9000")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil || json.Valid(text) || len(text) == 0 {
		t.Errorf("%d bytes, error %v: a truncated answer passes for a whole one", len(text), err)
	}
	// The same error before the first byte is a problem.
	ts.store.set(func(f *fakeStore) { f.failAt = 5 })
	if status, doc := ts.getJSON("/collections/communes/items?limit=9000"); status != 503 {
		t.Errorf("%d %v", status, doc)
	}
}

// A layer replaced under an answer that has not started: the answer is made
// again, of the new state. When it goes on changing, that is said.
func TestLayerReplacedBeforeTheFirstByteIsReadAgain(t *testing.T) {
	ts := newTestSite(t, Options{})
	ts.store.set(func(f *fakeStore) { f.fail, f.failAt, f.failures = geo.ErrChanged, 5, 1 })
	status, doc := ts.getJSON("/collections/communes/items?limit=20")
	if n, _ := doc["numberReturned"].(float64); status != 200 || n != 20 {
		t.Errorf("%d %v", status, doc)
	}
	ts.store.set(func(f *fakeStore) { f.fail, f.failAt, f.failures = geo.ErrChanged, 5, 0 })
	if status, doc := ts.getJSON("/collections/communes/items?limit=20"); status != 503 {
		t.Errorf("%d %v", status, doc)
	}
}

func TestAnswersAreStreamedInConstantMemory(t *testing.T) {
	ts := newTestSite(t, Options{MaxItems: 300_000, CountBudget: time.Minute})
	addr := ts.serve()
	ts.store.set(func(f *fakeStore) { f.endless = true })
	res, err := http.Get("http://" + addr + "/collections/communes/items?limit=300000")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var peak uint64
	var total int64
	buf := make([]byte, 1<<20)
	for {
		n, err := io.ReadFull(res.Body, buf)
		total += int64(n)
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapAlloc)
		if err != nil {
			break
		}
	}
	if total < 60<<20 || peak > 40<<20 {
		t.Errorf("%d bytes sent with a heap of %d bytes at most", total, peak)
	}
}

func TestDeadReaderIsCut(t *testing.T) {
	ts := newTestSite(t, Options{MaxItems: 1_000_000})
	ts.api.perChunk = 50 * time.Millisecond
	ts.store.set(func(f *fakeStore) { f.endless = true })
	conn, err := net.Dial("tcp", ts.serve())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET /collections/communes/items?limit=1000000 HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := bufio.NewReader(conn).Peek(1); err != nil {
		t.Fatal(err)
	}
	// It reads no more: the answer must end all the same. The request for the
	// metrics is in flight itself.
	eventually(t, "the answer to a dead reader ends", func() bool { return ts.inFlight() == "1" })
}

func TestClientThatLeavesStopsTheStatement(t *testing.T) {
	ts := newTestSite(t, Options{})
	addr := ts.serve()
	ts.store.set(func(f *fakeStore) { f.delay = time.Hour })
	for _, path := range []string{"/collections/communes/items", "/xyz/communes/8/129/88.mvt"} {
		reads := ts.store.reads.Load()
		ctx, cancel := context.WithCancel(context.Background())
		req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		go http.DefaultClient.Do(req) //nolint:bodyclose // it never answers
		eventually(t, "the statement starts", func() bool { return ts.store.reads.Load() > reads })
		cancel()
		eventually(t, path+" is given up", func() bool { return ts.inFlight() == "1" })
	}
	if text := body(t, ts.get("/metrics")); !strings.Contains(text, `status="499"`) {
		t.Error("no 499 is counted")
	}
}

func TestSlowStoreIsATimeout(t *testing.T) {
	ts := newTestSite(t, Options{RequestTimeout: 30 * time.Millisecond})
	ts.store.set(func(f *fakeStore) { f.delay = time.Hour })
	for _, path := range []string{"/collections/communes/items", "/xyz/communes/8/129/88.mvt", "/collections/communes/items?f=html"} {
		if res := ts.get(path); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestManyClientsOnOneColdTileAreOneLoad(t *testing.T) {
	ts := newTestSite(t, Options{})
	hold := make(chan struct{})
	ts.store.hold = hold
	before := ts.store.reads.Load()
	var group sync.WaitGroup
	group.Go(func() { // the load ends once all wait for it
		defer close(hold)
		for waiting := 0; waiting < 300 && t.Context().Err() == nil; time.Sleep(time.Millisecond) {
			waiting = ts.api.tiles.waiting()
		}
	})
	bodies := make([]string, 300)
	for i := range bodies {
		group.Go(func() {
			if res := ts.get("/xyz/communes/9/259/176.mvt"); res.StatusCode == 200 {
				bodies[i] = body(t, res)
			}
		})
	}
	group.Wait()
	for i, b := range bodies {
		if b == "" || b != bodies[0] {
			t.Fatalf("client %d got %d bytes, the first %d", i, len(b), len(bodies[0]))
		}
	}
	if n := ts.store.reads.Load() - before; n != 1 {
		t.Errorf("%d loads", n)
	}
}

// waiting is the number of clients of all flights.
func (g *flights[T]) waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := 0
	for _, f := range g.calls {
		n += f.waiters
	}
	return n
}

func TestFlightOutlivesItsFirstClient(t *testing.T) {
	var g flights[int]
	started, release := make(chan struct{}), make(chan struct{})
	work := func(ctx context.Context) (int, error) {
		close(started)
		select {
		case <-release:
			return 7, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	first, leave := context.WithCancel(context.Background())
	left := make(chan error, 1)
	go func() { _, err := g.do(first, "k", time.Minute, work); left <- err }()
	<-started
	got := make(chan int, 1)
	go func() { n, _ := g.do(context.Background(), "k", time.Minute, nil); got <- n }()
	eventually(t, "the second client waits", func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.calls["k"] != nil && g.calls["k"].waiters == 2
	})
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the first client got %v", err)
	}
	close(release)
	if n := <-got; n != 7 {
		t.Errorf("the second client got %d", n)
	}
	if len(g.calls) != 0 {
		t.Error("the flight is still known")
	}
	if _, err := g.do(context.Background(), "p", time.Minute, func(context.Context) (int, error) { panic("x") }); err == nil {
		t.Error("a panic is not an error")
	}
}

func TestLastClientStopsTheFlight(t *testing.T) {
	var g flights[int]
	stopped := make(chan struct{})
	ctx, leave := context.WithCancel(context.Background())
	go leave()
	if _, err := g.do(ctx, "k", time.Hour, func(ctx context.Context) (int, error) {
		<-ctx.Done()
		close(stopped)
		return 0, ctx.Err()
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-stopped
}

func TestRudeRequests(t *testing.T) {
	ts := newTestSite(t, Options{BaseURL: "none"})
	addr := ts.serve()
	for name, raw := range map[string]string{
		"long URL":       "GET /" + strings.Repeat("a", 100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"many headers":   "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X-A: b\r\n", 10_000) + "\r\n",
		"no host":        "GET / HTTP/1.1\r\n\r\n",
		"two hosts":      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"two lengths":    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
		"length, chunks": "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: gzip\r\n\r\nabc",
		"noise":          "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
		"long body":      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n",
		"long body read": "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		go fmt.Fprint(conn, raw) // the server may close before all is written
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil && (res.StatusCode < 400 || res.StatusCode > 505 || res.StatusCode == 500) {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %v", name, err)
		}
		conn.Close()
	}
	if res, err := http.Get("http://" + addr + "/healthz"); err != nil || res.StatusCode != 200 {
		t.Errorf("afterwards: %v", err)
	}
}

func TestPanicIsAProblem(t *testing.T) {
	ts := newTestSite(t, Options{})
	ts.store.set(func(f *fakeStore) { f.fail, f.failAt = errPanic, 1 })
	if status, doc := ts.getJSON("/collections/communes/items"); status != 500 {
		t.Errorf("%d %v", status, doc)
	}
}

func TestNewHTTPServerLimits(t *testing.T) {
	srv := NewHTTPServer(http.NotFoundHandler(), time.Second, nil)
	if srv.ReadHeaderTimeout != 5*time.Second || srv.MaxHeaderBytes != 32<<10 || srv.IdleTimeout != 75*time.Second || srv.WriteTimeout <= time.Second {
		t.Errorf("%+v", srv)
	}
}
