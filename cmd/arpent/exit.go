package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// The exit codes.
const (
	exitDone   = 0
	exitData   = 1 // the data is at fault
	exitCall   = 2 // the command line or the settings are at fault
	exitSystem = 3 // the database, the disk, the network; or the command was interrupted
)

// callError marks a fault of the command line or of the settings.
type callError struct{ error }

func (e callError) Unwrap() error { return e.error }

// badCall is the error for an argument at fault.
func badCall(where string, msg, hint geo.Text) error {
	return callError{geo.Invalid(where, msg, hint)}
}

// asCall marks err, unless it is nil, as a fault of the call.
func asCall(err error) error {
	if err == nil {
		return nil
	}
	return callError{err}
}

// exitCode is the one place that turns an error into an exit code.
func exitCode(err error) int {
	var call callError
	switch {
	case err == nil:
		return exitDone
	case isInterruption(err):
		return exitSystem
	case errors.As(err, &call), errors.Is(err, geo.ErrNotFound), errors.Is(err, geo.ErrConflict):
		return exitCall
	case errors.Is(err, geo.ErrInvalidInput), errors.Is(err, geo.ErrTooLarge), errors.Is(err, geo.ErrUnsupportedCRS):
		return exitData
	}
	return exitSystem
}

func isInterruption(err error) bool { return errors.Is(err, context.Canceled) }

// report writes an error for people, or for machines after --json.
func (a *app) report(err error) {
	if err == nil {
		return
	}
	e := describe(err, a.lang)
	if a.json {
		_ = json.NewEncoder(a.err).Encode(map[string]any{"error": e, "exit": exitCode(err)})
		return
	}
	line := "arpent: "
	if e.Where != "" {
		line += e.Where + a.pick(" : ", ": ")
	}
	fmt.Fprintln(a.err, line+e.Message)
	if e.Hint != "" {
		fmt.Fprintln(a.err, "  → "+e.Hint)
	}
	if e.Cause != "" {
		fmt.Fprintln(a.err, "  ("+e.Cause+")")
	}
}

// description is an error in one language.
type description struct {
	Where   string `json:"where,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Cause   string `json:"cause,omitempty"`
}

// describe puts err in words. The cause is told too: who runs the command
// owns the machine, unlike who asks the server.
func describe(err error, lang string) description {
	var e *geo.Error
	switch {
	case errors.As(err, &e):
	case isInterruption(err):
		return description{Message: geo.Text{FR: "interrompu", EN: "interrupted"}.In(lang)}
	default:
		return description{Message: err.Error()}
	}
	d := description{Where: place(err, e, lang), Message: e.Msg.In(lang), Hint: e.Hint.In(lang)}
	if e.Err != nil {
		d.Cause = e.Err.Error()
	}
	return d
}

// place says where e happened: what wraps it, step by step, then its own
// Where. A step that names the same file again ("open a.gpkg") is left out.
func place(err error, e *geo.Error, lang string) string {
	var steps []string
	if outer, found := strings.CutSuffix(err.Error(), ": "+e.Error()); found {
		steps = strings.Split(outer, ": ")
	}
	if e.Where != "" {
		steps = append(steps, e.Where)
	}
	var kept []string
	for i, s := range steps {
		if i == 0 || s != steps[0] && !strings.HasSuffix(s, " "+steps[0]) {
			kept = append(kept, s)
		}
	}
	where := strings.Join(kept, ": ")
	if lang == "fr" {
		where = position.ReplaceAllStringFunc(where, func(s string) string { return positionFR.Replace(s) })
	}
	return where
}

// Positions in a file, as package geo writes them, and in French.
var (
	position   = regexp.MustCompile(`\b(record|byte|row) [0-9]+`)
	positionFR = strings.NewReplacer("record", "enregistrement", "byte", "octet", "row", "ligne")
)
