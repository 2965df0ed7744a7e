package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"arpent": func() { os.Exit(mainCode()) }})
}

// TestScripts runs the command as people do; testdata/script holds a file a subject.
func TestScripts(t *testing.T) { runScripts(t, "testdata/script", "") }

// TestPostGISScripts does the same in a database, $DATABASE.
func TestPostGISScripts(t *testing.T) { runScripts(t, "testdata/postgis", pgtest.Database(t)) }

func runScripts(t *testing.T, dir, database string) {
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Setup: func(env *testscript.Env) error {
			env.Setenv("LC_ALL", "en_GB.UTF-8")
			env.Setenv("XDG_CACHE_HOME", env.WorkDir+"/cache")
			env.Setenv("DATABASE", database)
			return nil
		},
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exitcode": exitCodeCmd,
			"sql":      func(_ *testscript.TestScript, _ bool, statements []string) { pgtest.Exec(t, database, statements...) },
		},
	})
}

// exitCodeCmd is "exitcode N command args…": the command must end with that code.
func exitCodeCmd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode N command args…")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}
