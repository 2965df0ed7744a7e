package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/loaders"
	"github.com/arpent-geo/arpent/loaders/geojson"
	"github.com/arpent-geo/arpent/sql/gpkg"
)

// input is one file to load, opened: its layers and what to do with them.
type input struct {
	sources []loaders.Source
	sidecar
	closers []func() error
}

func (in *input) close() {
	for _, c := range in.closers {
		_ = c()
	}
}

// inputs are files that are open until the last of them is loaded.
type inputs []*input

func (list *inputs) close() {
	for _, in := range *list {
		in.close()
	}
}

// openInput reads a file once, whatever its format. On error nothing is left open.
func (a *app) openInput(ctx context.Context, file string, flags sidecar) (*input, error) {
	in := &input{sidecar: flags}
	if err := a.readInput(ctx, in, file); err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

func (a *app) readInput(ctx context.Context, in *input, file string) (err error) {
	path := file
	if file == "-" {
		if path, err = a.spool(in); err != nil {
			return err
		}
	} else if in.sidecar, err = readSidecar(file, in.sidecar); err != nil {
		return asCall(err)
	}
	format, size, err := detectFile(path)
	if err != nil {
		return err
	}
	if format == loaders.FormatGeoPackage {
		return a.openGeoPackage(ctx, in, path)
	}
	o := geojson.Options{Name: file}
	if in.CRS != "" {
		ref, err := crs.Parse(in.CRS)
		if err != nil {
			return asCall(fmt.Errorf("crs: %w", err))
		}
		o.CRS = ref.CRS
	}
	if o.Encoding, err = loaders.Encoding(in.Encoding); err != nil {
		return asCall(err)
	}
	bar := a.newProgress(file, size)
	defer bar.clear()
	o.Progress = bar.reading
	src, err := geojson.Open(ctx, path, o)
	in.sources = []loaders.Source{src}
	return err
}

// spool copies standard input to a file, as it is read twice.
func (a *app) spool(in *input) (string, error) {
	f, err := os.CreateTemp("", "arpent-*.tmp")
	if err != nil {
		return "", err
	}
	in.closers = append(in.closers, func() error { return os.Remove(f.Name()) })
	_, err = io.Copy(f, a.in)
	return f.Name(), errors.Join(err, f.Close())
}

// detectFile tells the format of a file, looking inside gzip.
func detectFile(path string) (loaders.Format, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, &geo.Error{Kind: geo.ErrNotFound, Msg: geo.Text{FR: "le fichier ne s'ouvre pas", EN: "the file cannot be opened"}, Err: err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	if info.IsDir() {
		return 0, 0, badCall("", geo.Text{FR: "c'est un dossier", EN: "this is a folder"},
			geo.Text{FR: "nommez les fichiers qu'il contient", EN: "name the files in it"})
	}
	in := bufio.NewReaderSize(f, loaders.HeadSize)
	head, _ := in.Peek(loaders.HeadSize)
	format, err := loaders.Detect(head)
	if format != loaders.FormatGzip {
		return format, info.Size(), err
	}
	unzip, err := gzip.NewReader(in)
	if err != nil {
		return 0, 0, geo.Invalid("", geo.Text{FR: "archive gzip illisible", EN: "gzip cannot be read"}, geo.Text{})
	}
	inside := make([]byte, loaders.HeadSize)
	n, err := io.ReadFull(unzip, inside)
	if err != nil && n == 0 {
		return 0, 0, geo.Invalid("", geo.Text{FR: "archive gzip illisible", EN: "gzip cannot be read"}, geo.Text{})
	}
	format, err = loaders.Detect(inside[:n])
	if format == loaders.FormatGeoPackage || format == loaders.FormatGzip {
		return 0, 0, geo.Invalid("", geo.Text{FR: "un seul niveau de gzip, et pas pour un GeoPackage", EN: "gzip once only, and not for a GeoPackage"},
			geo.Text{FR: "décompressez-le : gunzip FICHIER", EN: "unpack it: gunzip FILE"})
	}
	return format, info.Size(), err
}

// openGeoPackage takes every published layer of a GeoPackage, or the one that
// --layer names. What cannot be loaded is said, never left out in silence.
func (a *app) openGeoPackage(ctx context.Context, in *input, path string) error {
	st, err := gpkg.Open(ctx, path, gpkg.Options{ReadOnly: true, Logger: a.quietLogger()})
	if err != nil {
		return asData(err)
	}
	in.closers = append(in.closers, st.Close)
	if in.CRS != "" || in.Encoding != "" {
		return badCall("--crs --encoding", geo.Text{FR: "un GeoPackage dit lui-même son système et son codage", EN: "a GeoPackage tells its system and its encoding itself"}, geo.Text{})
	}
	sources, err := loaders.FromStore(ctx, st)
	if err != nil {
		return asData(err)
	}
	problems, err := st.Unpublished(ctx)
	if err != nil {
		return asData(err)
	}
	for _, p := range problems {
		if !p.Published && in.Layer == "" && !a.json {
			fmt.Fprintln(a.err, a.pick("laissé de côté : ", "left aside: ")+p.Table+a.pick(" : ", ": ")+p.Reason.In(a.lang))
		}
	}
	return in.choose(sources)
}

// choose keeps the source that --layer names; a file of one layer gets that name.
func (in *input) choose(sources []loaders.Source) error {
	if len(sources) == 0 {
		return geo.Invalid("", geo.Text{FR: "aucune couche à charger dans ce GeoPackage", EN: "no layer to load in this GeoPackage"}, geo.Text{})
	}
	in.sources = sources
	if in.Layer == "" || len(sources) == 1 {
		return nil
	}
	var names []string
	for _, s := range sources {
		if s.Layer().Table == in.Layer {
			in.sources = []loaders.Source{s}
			return nil
		}
		names = append(names, s.Layer().Table)
	}
	return &geo.Error{Kind: geo.ErrNotFound, Where: "--layer " + in.Layer,
		Msg:  geo.Text{FR: "le GeoPackage n'a pas cette couche", EN: "the GeoPackage has no such layer"},
		Hint: geo.Text{FR: "couches : " + strings.Join(names, ", "), EN: "layers: " + strings.Join(names, ", ")}}
}

// asData: a GeoPackage that cannot be read is a file at fault here, while the
// store waits for it to be good again.
func asData(err error) error {
	var e *geo.Error
	if errors.As(err, &e) && errors.Is(e, geo.ErrUnavailable) {
		return &geo.Error{Kind: geo.ErrInvalidInput, Where: e.Where, Msg: e.Msg, Hint: e.Hint, Err: e.Err}
	}
	return err
}
