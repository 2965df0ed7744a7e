// Command arpent serves the layers of a PostGIS database or of a GeoPackage as
// OGC API Features and vector tiles, and loads files into them.
//
// One file a command: serve.go, load.go, layers.go, migrate.go, version.go.
// settings.go is what can be set, exit.go what comes out.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(mainCode())
}

// mainCode is main for testscript, which runs it as a command.
func mainCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal kills at once
	return run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}, os.LookupEnv)
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run executes one command line and returns its exit code. It ends early,
// cleanly, when ctx ends.
func run(ctx context.Context, args []string, std streams, env lookup) int {
	a := &app{streams: std, env: env, lang: language(args, env)}
	root := a.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	a.report(err)
	return exitCode(err)
}
