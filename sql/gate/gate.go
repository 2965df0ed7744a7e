// Package gate limits how many statements run at once on a store, and how many
// wait: a short queue, then a refusal at once, and no layer may take more than
// half of the slots or of the queue, so that one locked table never starves
// the others.
package gate

import (
	"context"
	"sync"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// Options set the limits; zero values are replaced by the defaults named.
type Options struct {
	Slots int           // statements at once, 8
	Queue int           // waiting at most, 2 × Slots
	Wait  time.Duration // longest wait, 1 s
}

// Gate hands out slots, first come, first served. Safe for concurrent use.
type Gate struct {
	opts    Options
	mu      sync.Mutex
	busy    int
	running map[string]int // by layer
	waiting []*waiter
}

type waiter struct {
	layer string
	ready chan struct{}
}

// New returns a gate with every slot free.
func New(o Options) *Gate {
	if o.Slots <= 0 {
		o.Slots = 8
	}
	if o.Queue <= 0 {
		o.Queue = 2 * o.Slots
	}
	if o.Wait <= 0 {
		o.Wait = time.Second
	}
	return &Gate{opts: o, running: map[string]int{}}
}

// Acquire waits for a slot for a statement on layer; release gives it back and
// must be called once. It returns geo.ErrBusy when the queue is full or the
// wait too long, or the error of ctx.
func (g *Gate) Acquire(ctx context.Context, layer string) (release func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := &waiter{layer, make(chan struct{})}
	if !g.enter(w) {
		return nil, busy()
	}
	timer := time.NewTimer(g.opts.Wait)
	defer timer.Stop()
	select {
	case <-w.ready:
		return sync.OnceFunc(func() { g.leave(layer) }), nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-timer.C:
		err = busy()
	}
	g.abandon(w)
	return nil, err
}

// Stats returns the slots taken and the callers waiting.
func (g *Gate) Stats() (running, waiting int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.busy, len(g.waiting)
}

func busy() error {
	return &geo.Error{Kind: geo.ErrBusy,
		Msg:  geo.Text{FR: "le serveur traite déjà trop de demandes", EN: "the server is handling too many requests already"},
		Hint: geo.Text{FR: "réessayez dans un instant", EN: "try again in a moment"}}
}

// enter starts w or queues it; false when its share of the queue is taken.
func (g *Gate) enter(w *waiter) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.mayRun(w.layer) {
		g.start(w)
		return true
	}
	same := 0
	for _, o := range g.waiting {
		if o.layer == w.layer {
			same++
		}
	}
	if len(g.waiting) >= g.opts.Queue || same >= half(g.opts.Queue) {
		return false
	}
	g.waiting = append(g.waiting, w)
	return true
}

func (g *Gate) mayRun(layer string) bool {
	return g.busy < g.opts.Slots && g.running[layer] < half(g.opts.Slots)
}

func (g *Gate) start(w *waiter) {
	g.busy++
	g.running[w.layer]++
	close(w.ready)
}

// leave frees a slot and starts the first waiter whose layer has a share left.
func (g *Gate) leave(layer string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy--
	if g.running[layer]--; g.running[layer] == 0 {
		delete(g.running, layer)
	}
	for i := 0; i < len(g.waiting); {
		w := g.waiting[i]
		if !g.mayRun(w.layer) {
			i++
			continue
		}
		g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
		g.start(w)
	}
}

// abandon takes w out of the queue, or gives back the slot it was handed in
// the meantime.
func (g *Gate) abandon(w *waiter) {
	g.mu.Lock()
	for i, o := range g.waiting {
		if o == w {
			g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
			g.mu.Unlock()
			return
		}
	}
	g.mu.Unlock()
	g.leave(w.layer)
}

func half(n int) int { return max(1, n/2) }
