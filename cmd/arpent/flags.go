package main

import (
	"strings"

	"github.com/spf13/pflag"
)

// textFlag is a flag with a value, whose help names no Go type.
type textFlag struct {
	p    *string
	kind string
}

func (t textFlag) String() string     { return *t.p }
func (t textFlag) Set(s string) error { *t.p = s; return nil }
func (t textFlag) Type() string       { return t.kind }

// listFlag may be given several times, or once with commas.
type listFlag struct {
	p    *[]string
	kind string
}

func (l listFlag) String() string     { return strings.Join(*l.p, ",") }
func (l listFlag) Set(s string) error { *l.p = append(*l.p, splitList(s)...); return nil }
func (l listFlag) Type() string       { return l.kind }

func (a *app) textFlag(f *pflag.FlagSet, p *string, name, fr, en string) {
	f.Var(textFlag{p, a.pick("VALEUR", "VALUE")}, name, a.pick(fr, en))
}

func (a *app) listFlag(f *pflag.FlagSet, p *[]string, name, fr, en string) {
	f.Var(listFlag{p, a.pick("LISTE", "LIST")}, name, a.pick(fr, en))
}
