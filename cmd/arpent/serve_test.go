package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// startServer runs `arpent serve` and returns its address, what stops it, and
// its exit code once it has ended.
func startServer(t *testing.T, args ...string) (address string, stop func(), code <-chan int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, in := io.Pipe()
	env := environment(map[string]string{"XDG_CACHE_HOME": t.TempDir(), "LC_ALL": "en_GB", "ARPENT_TIMEOUTS_GRACE": "300ms", "ARPENT_TIMEOUTS_DRAIN": "10s"})
	ended := make(chan int, 1)
	var log strings.Builder
	go func() {
		c := run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...), streams{strings.NewReader(""), in, &log}, env)
		in.CloseWithError(io.EOF)
		ended <- c
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := regexp.MustCompile(`http://[0-9.]+:[0-9]+`).FindString(lines.Text()); found != "" {
			return found, cancel, ended
		}
	}
	t.Fatalf("no address was printed: exit code %d, %s", <-ended, log.String())
	return "", nil, nil
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func wantExit(t *testing.T, code <-chan int) {
	t.Helper()
	select {
	case c := <-code:
		if c != exitDone {
			t.Errorf("exit code %d", c)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("the server does not stop")
	}
}

func TestServeDemo(t *testing.T) {
	address, stop, code := startServer(t)
	for path, want := range map[string]string{
		"/?f=json": "links", "/collections?f=json": "communes", "/collections/communes/items?f=json&limit=1": "FeatureCollection",
		"/healthz": "", "/readyz": "", "/metrics": "go_goroutines",
	} {
		if status, body := get(t, address+path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
	stop()
	deadline := time.Now().Add(5 * time.Second)
	for status := 0; status != http.StatusServiceUnavailable; { // within the grace
		if status, _ = get(t, address+"/readyz"); time.Now().After(deadline) || status == 0 {
			t.Fatalf("/readyz says %d while draining, want 503", status)
		}
	}
	if status, _ := get(t, address+"/collections?f=json"); status != http.StatusOK {
		t.Errorf("a request within the grace: %d", status)
	}
	wantExit(t, code)
	if status, _ := get(t, address+"/healthz"); status != 0 {
		t.Errorf("still answers after its end: %d", status)
	}
}

func TestServeWithoutItsDatabase(t *testing.T) {
	address, stop, code := startServer(t, "postgres://nobody@127.0.0.1:1/none")
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/collections?f=json": 503} {
		if status, body := get(t, address+path); status != want || strings.Contains(body, "nobody") {
			t.Errorf("%s: %d, want %d: %s", path, status, want, body)
		}
	}
	stop()
	wantExit(t, code)
}

func TestServeAdmin(t *testing.T) {
	address, stop, code := startServer(t, "--admin-addr", "127.0.0.1:0")
	if status, _ := get(t, address+"/metrics"); status != http.StatusNotFound {
		t.Errorf("/metrics beside an admin address: %d", status)
	}
	stop()
	wantExit(t, code)
}

// A file is served as it is; a stop lets downloads end, and does not wait for
// a reader that is dead.
func TestServeFileAndDrain(t *testing.T) {
	var b strings.Builder
	const rows = 10_000
	filler := strings.Repeat("x", 2000) // 20 MB: more than the buffers of a socket
	for i := range rows {
		fmt.Fprintf(&b, `{"type":"Feature","properties":{"n":%d,"t":"%s"},"geometry":{"type":"Point","coordinates":[2,48]}}`+"\n", i, filler)
	}
	address, stop, code := startServer(t, write(t, "points.ndjson", b.String()))
	url := address + "/collections/points/items?f=json&limit=10000"

	dead, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer dead.Close()
	fmt.Fprintf(dead, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", strings.TrimPrefix(url, address))

	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, 1000); err != nil {
		t.Fatal(err)
	}
	stop()
	var tail strings.Builder
	if _, err := io.Copy(&tail, resp.Body); err != nil {
		t.Errorf("the download was cut: %v", err)
	}
	if n := strings.Count(tail.String(), `"n":`); n < rows-1 || !strings.HasSuffix(strings.TrimSpace(tail.String()), "}") {
		t.Errorf("the download is not whole: %d rows", n)
	}
	wantExit(t, code)
}
