package main

import (
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/arpent-geo/arpent/geo"
)

// isTerminal reports whether w is a screen that somebody looks at.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func (s *settings) logLevel() (slog.Level, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.Log.Level)); err != nil {
		return level, badCall("log.level",
			geo.Text{FR: "« " + s.Log.Level + " » n'est pas un niveau", EN: strconv.Quote(s.Log.Level) + " is not a level"},
			geo.Text{FR: "debug, info, warn ou error", EN: "debug, info, warn or error"})
	}
	if f := s.Log.Format; f != "" && f != "text" && f != "json" {
		return level, badCall("log.format",
			geo.Text{FR: "« " + f + " » n'est pas un format", EN: strconv.Quote(f) + " is not a format"},
			geo.Text{FR: "text ou json", EN: "text or json"})
	}
	return level, nil
}

// logger writes text for people on a terminal, JSON for collectors elsewhere.
func (s *settings) logger(w io.Writer) (*slog.Logger, error) {
	level, err := s.logLevel()
	if err != nil {
		return nil, err
	}
	o := &slog.HandlerOptions{Level: level}
	if s.Log.Format == "text" || s.Log.Format == "" && isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, o)), nil
	}
	return slog.New(slog.NewJSONHandler(w, o)), nil
}

// limitMemory makes the garbage collector work harder near the memory that a
// container is allowed, instead of being killed there. GOMEMLIMIT, when it is
// set, has been obeyed by the runtime already.
func limitMemory(env lookup) {
	if _, set := env("GOMEMLIMIT"); set {
		return
	}
	text, err := os.ReadFile("/sys/fs/cgroup/memory.max")
	if err != nil {
		return
	}
	if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 {
		debug.SetMemoryLimit(n / 10 * 9)
	}
}

// quietLogger is for commands that end: what matters to their user is in the
// error they return.
func (a *app) quietLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelError}))
}
