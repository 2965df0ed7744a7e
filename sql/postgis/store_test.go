package postgis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// openStore opens a store on a database of the test's own.
func openStore(t testing.TB, dsn string, o Options) *Store {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s, err := Open(context.Background(), dsn, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func layer(t testing.TB, s *Store, id string) *geo.Layer {
	t.Helper()
	l, err := s.Layer(context.Background(), id)
	if err != nil {
		t.Fatalf("layer %s: %v", id, err)
	}
	return l
}

// collect reads the rows of a query, as text: id and values.
func collect(t testing.TB, rows geo.Rows) []string {
	t.Helper()
	var out []string
	for r, err := range rows {
		if err != nil {
			t.Fatalf("after %d rows: %v", len(out), err)
		}
		out = append(out, show(r))
	}
	return out
}

func show(r geo.Row) string {
	b := []byte(r.ID.String())
	for _, v := range r.Values {
		b = append(b, '|')
		b = v.AppendJSON(b)
	}
	return string(b)
}

// eventually waits for a condition that something in the background brings about.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("%s: not after 10 s", what)
}

func TestOpenUnreadableDSN(t *testing.T) {
	_, err := Open(context.Background(), "postgres://u:secret@h:port/x", Options{})
	if !errors.Is(err, geo.ErrInvalidInput) {
		t.Fatalf("got %v", err)
	}
	if s := fmt.Sprintf("%+v", err); contains(s, "secret") {
		t.Errorf("the message tells the password: %s", s)
	}
}
