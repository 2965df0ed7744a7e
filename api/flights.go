package api

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// flights makes one of what several clients want at the same time: 300 clients
// on one cold tile are one load. The work does not belong to the client that
// came first: it goes on as long as one of them waits, and stops with the
// last. The zero value is ready. Safe for concurrent use.
type flights[T any] struct {
	mu    sync.Mutex
	calls map[string]*flight[T]
}

type flight[T any] struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int
	value   T
	err     error
}

// do returns what fn makes for key, now or under way. fn has at most limit.
func (g *flights[T]) do(ctx context.Context, key string, limit time.Duration, fn func(context.Context) (T, error)) (T, error) {
	g.mu.Lock()
	f := g.calls[key]
	if f == nil {
		work, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
		f = &flight[T]{done: make(chan struct{}), cancel: cancel}
		if g.calls == nil {
			g.calls = map[string]*flight[T]{}
		}
		g.calls[key] = f
		go g.run(work, key, f, fn)
	}
	f.waiters++
	g.mu.Unlock()

	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		g.leave(key, f)
		var none T
		return none, ctx.Err()
	}
}

func (g *flights[T]) run(ctx context.Context, key string, f *flight[T], fn func(context.Context) (T, error)) {
	defer close(f.done)
	defer f.cancel()
	defer g.forget(key, f)
	defer func() { // a panic here would end the process, not one request
		if v := recover(); v != nil {
			f.err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	f.value, f.err = fn(ctx)
}

// forget lets the next client start anew.
func (g *flights[T]) forget(key string, f *flight[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.calls[key] == f {
		delete(g.calls, key)
	}
}

func (g *flights[T]) leave(key string, f *flight[T]) {
	g.mu.Lock()
	f.waiters--
	last := f.waiters == 0
	g.mu.Unlock()
	if last {
		g.forget(key, f)
		f.cancel()
	}
}
