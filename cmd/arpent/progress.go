package main

import (
	"fmt"
	"io"
	"time"
)

// progress draws one line that is rewritten, on a terminal only. Not safe for
// concurrent use.
type progress struct {
	a     *app
	label string
	total int64 // -1: not known
	start time.Time
	drawn time.Time
	w     io.Writer // nil: nothing is drawn
}

func (a *app) newProgress(label string, total int64) *progress {
	p := &progress{a: a, label: label, total: total, start: time.Now()}
	if isTerminal(a.err) && !a.json {
		p.w = a.err
	}
	return p
}

// redraw is how often the line changes.
const redraw = 200 * time.Millisecond

// update draws rows, rows a second, and the time that remains.
func (p *progress) update(rows int64) {
	now := time.Now()
	if p.w == nil || now.Sub(p.drawn) < redraw {
		return
	}
	p.drawn = now
	rate := float64(rows) / max(now.Sub(p.start).Seconds(), 1e-3)
	line := fmt.Sprintf("%s : %s · %s/s", p.label, p.a.plural(rows, p.a.pick("ligne", "row"), p.a.pick("lignes", "rows")), p.a.count(int64(rate)))
	if p.total > rows && rate > 0 {
		left := time.Duration(float64(p.total-rows)/rate) * time.Second
		line += p.a.pick(" · reste ", " · left ") + left.String()
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", line)
}

// reading draws how much of a file has been read.
func (p *progress) reading(bytes int64) {
	now := time.Now()
	if p.w == nil || now.Sub(p.drawn) < redraw {
		return
	}
	p.drawn = now
	percent := ""
	if p.total > 0 {
		percent = fmt.Sprintf(" %d %%", min(100, bytes*100/p.total))
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s : %s%s", p.label, p.a.pick("lecture", "reading"), percent)
}

// clear removes the line.
func (p *progress) clear() {
	if p.w != nil && !p.drawn.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
