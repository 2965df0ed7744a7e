package gate

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

func TestOneLayerTakesHalfOfTheSlots(t *testing.T) {
	g := New(Options{Slots: 4, Queue: 2, Wait: time.Millisecond})
	ctx := t.Context()
	var releases []func()
	for range 2 {
		release, err := g.Acquire(ctx, "locked")
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
	}
	if _, err := g.Acquire(ctx, "locked"); !errors.Is(err, geo.ErrBusy) {
		t.Fatalf("third slot of one layer: %v, want busy", err)
	}
	release, err := g.Acquire(ctx, "other")
	if err != nil {
		t.Fatalf("another layer is starved: %v", err)
	}
	release()
	releases[0]()
	releases[0]() // giving back twice frees one slot
	if running, _ := g.Stats(); running != 1 {
		t.Errorf("%d running, want 1", running)
	}
}

func TestFullQueueRefusesAtOnce(t *testing.T) {
	g := New(Options{Slots: 2, Queue: 2, Wait: time.Hour})
	release, err := g.Acquire(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error)
	go func() {
		_, err := g.Acquire(ctx, "a")
		waited <- err
	}()
	for _, w := g.Stats(); w == 0; _, w = g.Stats() {
		time.Sleep(time.Millisecond)
	}
	if _, err := g.Acquire(t.Context(), "a"); !errors.Is(err, geo.ErrBusy) {
		t.Errorf("beyond the share of the queue: %v, want busy", err)
	}
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that leaves gets %v", err)
	}
	release()
	if running, waiting := g.Stats(); running != 0 || waiting != 0 {
		t.Errorf("%d running, %d waiting", running, waiting)
	}
}

func TestWaitersRunInTurnAndNothingLeaks(t *testing.T) {
	g := New(Options{Slots: 3, Queue: 1000, Wait: time.Minute})
	var wg sync.WaitGroup
	var mu sync.Mutex
	most, now := 0, 0
	for i := range 200 {
		wg.Go(func() {
			release, err := g.Acquire(t.Context(), []string{"a", "b", "c"}[i%3])
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(100 * time.Microsecond)
			mu.Lock()
			now--
			mu.Unlock()
			release()
		})
	}
	wg.Wait()
	if most > 3 {
		t.Errorf("%d at once, want 3 at most", most)
	}
	if running, waiting := g.Stats(); running != 0 || waiting != 0 || len(g.running) != 0 {
		t.Errorf("%d running, %d waiting, %v", running, waiting, g.running)
	}
}
