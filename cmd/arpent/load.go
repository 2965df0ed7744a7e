package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/loaders"
)

// loadRequest is what the flags of `arpent load` say.
type loadRequest struct {
	into            string
	replace, append bool
	sidecar         // flags of what a sidecar can say too
}

var loadHelp = geo.Text{
	FR: `Charge des fichiers GeoJSON (NDJSON et .gz aussi) ou GeoPackage. Chaque couche est
chargée en entier ou pas du tout : un chargement interrompu ne change rien.
FICHIER peut être « - » : l'entrée standard.

SOURCE est un fichier .gpkg, créé s'il n'existe pas, ou une base
postgres://utilisateur@serveur/base (le mot de passe vient de PGPASSWORD ou de ~/.pgpass).

Les codes restent du texte (01001, 2A004). Les géométries invalides sont gardées,
comptées et signalées. Ce que disent les options --layer à --keywords peut être
écrit à côté du fichier, dans FICHIER.arpent.yaml :

    layer: communes
    id: code
    crs: EPSG:2154
    title: Communes de France
    producer: IGN
    source: https://geoservices.ign.fr
    licence: Licence Ouverte 2.0
    millesime: "2018"
    keywords: [communes, limites]`,
	EN: `Loads GeoJSON files (NDJSON and .gz too) or GeoPackage files. Each layer is loaded
whole or not at all: an interrupted load changes nothing. FILE may be "-": standard input.

SOURCE is a .gpkg file, made when it is not there, or a database
postgres://user@server/base (the password comes from PGPASSWORD or ~/.pgpass).

Codes stay text (01001, 2A004). Invalid geometries are kept, counted and
reported. What the options --layer to --keywords say may be written beside the
file, in FILE.arpent.yaml:

    layer: communes
    id: code
    crs: EPSG:2154
    title: Communes of France
    producer: IGN
    source: https://geoservices.ign.fr
    licence: Licence Ouverte 2.0
    millesime: "2018"
    keywords: [communes, boundaries]`,
}

func (a *app) loadCommand() *cobra.Command {
	var q loadRequest
	c := &cobra.Command{
		Use: a.pick("load FICHIER… --into SOURCE [OPTIONS]", "load FILE… --into SOURCE [OPTIONS]"),
		Short: a.pick("Charge des fichiers dans une base PostGIS ou un GeoPackage",
			"Loads files into a PostGIS database or a GeoPackage"),
		Long: loadHelp.In(a.lang),
		Example: `  arpent load communes.geojson --into france.gpkg --id code
  arpent load plu.gpkg --into postgres://sig@localhost/urbanisme --replace
  zcat adresses.ndjson.gz | arpent load - --into france.gpkg --layer adresses`,
		Args: arguments(1, -1, geo.Text{FR: "le fichier à charger", EN: "the file to load"}),
		RunE: func(cmd *cobra.Command, files []string) error { return a.load(cmd.Context(), files, q) },
	}
	a.loadFlags(c.Flags(), &q)
	a.jsonFlag(c)
	return c
}

func (a *app) loadFlags(f *pflag.FlagSet, q *loadRequest) {
	f.SortFlags = false
	a.textFlag(f, &q.into, "into", "où charger : fichier .gpkg ou postgres://… (sinon ARPENT_SOURCE)", "where to load: a .gpkg file or postgres://… (else ARPENT_SOURCE)")
	f.BoolVar(&q.replace, "replace", false, a.pick("remplace la couche si elle existe", "replaces the layer when there is one"))
	f.BoolVar(&q.append, "append", false, a.pick("ajoute à la couche", "adds to the layer"))
	a.textFlag(f, &q.Layer, "layer", "nom de la couche, ou schema.table (sinon celui du fichier) ; d'un GeoPackage : la couche à charger", "name of the layer, or schema.table (else that of the file); of a GeoPackage: the layer to load")
	a.textFlag(f, &q.IDColumn, "id", "propriété qui sert d'identifiant public (unique, toujours renseignée)", "property that is the public id (unique, never empty)")
	a.textFlag(f, &q.CRS, "crs", "système de coordonnées du fichier, par exemple EPSG:2154", "coordinate system of the file, such as EPSG:2154")
	a.textFlag(f, &q.Encoding, "encoding", "codage du texte : utf-8, latin1, latin9, windows-1252", "encoding of text: utf-8, latin1, latin9, windows-1252")
	a.textFlag(f, &q.Title, "title", "titre", "title")
	a.textFlag(f, &q.Description, "description", "description", "description")
	a.textFlag(f, &q.Licence, "licence", "licence", "licence")
	a.textFlag(f, &q.Producer, "producer", "producteur", "producer")
	a.textFlag(f, &q.Source, "source", "d'où viennent les données", "where the data comes from")
	a.textFlag(f, &q.Millesime, "millesime", "millésime", "date or year of the data")
	a.textFlag(f, &q.Standard, "standard", "standard suivi, par exemple « CNIG PLU »", "standard followed, such as \"CNIG PLU\"")
	a.textFlag(f, &q.StandardVersion, "standard-version", "sa version", "its version")
	a.listFlag(f, &q.Keywords, "keywords", "mots-clés, séparés par des virgules", "keywords, separated by commas")
}

func (a *app) load(ctx context.Context, files []string, q loadRequest) error {
	serve := "arpent serve " + quoteShell(displaySource(q.into))
	if q.into == "" {
		q.into, _ = a.env("ARPENT_SOURCE")
		serve = "arpent serve"
	}
	mode, err := q.check(files)
	if err != nil {
		return err
	}
	var open inputs
	defer open.close()
	jobs, err := a.openJobs(ctx, &open, files, q.sidecar)
	if err != nil {
		return err
	}
	if kindOfSource(q.into) == sourcePostGIS {
		for i := range jobs {
			jobs[i].splitSchema()
		}
	}
	st, err := a.openTarget(ctx, q.into)
	if err != nil {
		return err
	}
	defer st.Close()
	reports, err := a.runJobs(ctx, st, jobs, mode)
	if err != nil {
		serve = ""
	}
	a.printReports(reports, serve)
	return err
}

// check refuses flags that cannot go together, before any file is read.
func (q *loadRequest) check(files []string) (geo.LoadMode, error) {
	switch {
	case q.into == "":
		return 0, badCall("--into", geo.Text{FR: "où charger ?", EN: "where to load?"},
			geo.Text{FR: "par exemple --into france.gpkg ou --into postgres://localhost/sig", EN: "such as --into france.gpkg or --into postgres://localhost/gis"})
	case kindOfSource(q.into) == sourceFile:
		return 0, badCall("--into "+q.into, geo.Text{FR: "ce n'est ni un GeoPackage ni une base PostGIS", EN: "neither a GeoPackage nor a PostGIS database"},
			geo.Text{FR: "un nom qui finit par .gpkg, ou postgres://…", EN: "a name that ends in .gpkg, or postgres://…"})
	case q.replace && q.append:
		return 0, badCall("--replace --append", geo.Text{FR: "l'un ou l'autre", EN: "one or the other"}, geo.Text{})
	}
	for i, f := range files {
		for _, other := range files[:i] {
			if f == other {
				return 0, badCall(f, geo.Text{FR: "donné deux fois", EN: "given twice"}, geo.Text{})
			}
		}
	}
	if q.CRS != "" {
		if _, err := crs.Parse(q.CRS); err != nil {
			return 0, asCall(fmt.Errorf("--crs: %w", err))
		}
	}
	if _, err := loaders.Encoding(q.Encoding); err != nil {
		return 0, asCall(fmt.Errorf("--encoding: %w", err))
	}
	switch {
	case q.replace:
		return geo.LoadReplace, nil
	case q.append:
		return geo.LoadAppend, nil
	}
	return geo.LoadCreate, nil
}

// job is one layer to load.
type job struct {
	file   string
	src    loaders.Source
	schema string // of PostgreSQL; empty: the store's own
	sidecar
}

// splitSchema reads --layer cadastre.parcelle as a table in a schema.
func (j *job) splitSchema() {
	if schema, table, ok := strings.Cut(j.Layer, "."); ok {
		j.schema, j.Layer = schema, table
	}
}

// id is how the store names the layer once it is there.
func (j *job) id() string {
	if j.schema == "" {
		return j.table()
	}
	return j.schema + "." + j.table()
}

func (j *job) table() string {
	if j.Layer != "" {
		return j.Layer
	}
	return j.src.Layer().Table
}

// openJobs reads every file once, before anything is written. What it opens
// it adds to open, which the caller closes.
func (a *app) openJobs(ctx context.Context, open *inputs, files []string, flags sidecar) ([]job, error) {
	var jobs []job
	for _, file := range files {
		in, err := a.openInput(ctx, file, flags)
		if err != nil {
			return nil, inFile(file, interrupted(err))
		}
		*open = append(*open, in)
		for _, src := range in.sources {
			jobs = append(jobs, job{file: file, src: src, sidecar: in.sidecar})
		}
	}
	return jobs, oneTarget(jobs)
}

// oneTarget refuses two layers for one table: the second would replace the
// first, or be refused after it.
func oneTarget(jobs []job) error {
	seen := map[string]string{}
	for i := range jobs {
		t := jobs[i].table()
		if other, ok := seen[t]; ok {
			return badCall(jobs[i].file,
				geo.Text{FR: "sa couche s'appellerait « " + t + " », comme celle de " + other, EN: "its layer would be named \"" + t + "\", as that of " + other},
				geo.Text{FR: "chargez-les l'un après l'autre, le second avec --append ou un autre --layer", EN: "load them one after the other, the second with --append or another --layer"})
		}
		seen[t] = jobs[i].file
	}
	return nil
}

// runJobs loads layer by layer, each one transaction, and stops at the first error.
func (a *app) runJobs(ctx context.Context, st store, jobs []job, mode geo.LoadMode) ([]*loaders.Report, error) {
	var done []*loaders.Report
	for i := range jobs {
		j := &jobs[i]
		bar := a.newProgress(j.table(), j.src.Count())
		r, err := loaders.Run(ctx, st, j.src, loaders.Options{
			Schema: j.schema, Layer: j.table(), Mode: mode, Meta: j.Meta, Progress: bar.update,
			Existing: func(ctx context.Context) (*geo.Layer, error) { return st.Layer(ctx, j.id()) },
		})
		bar.clear()
		if err != nil {
			return done, a.loadError(j, done, err)
		}
		done = append(done, r)
	}
	return done, nil
}

// loadError says what the failure left behind: the layers before this one
// whole, and nothing of this one when it was interrupted.
func (a *app) loadError(j *job, done []*loaders.Report, err error) error {
	if len(done) > 0 && !a.json {
		names := make([]string, len(done))
		for i, r := range done {
			names[i] = r.Layer.Table
		}
		fmt.Fprintln(a.err, a.pick("déjà chargé : ", "loaded before that: ")+strings.Join(names, ", "))
	}
	return inFile(j.file, interrupted(err))
}

// interrupted tells in words that nothing has changed, unless the error knows
// better: a commit whose outcome is not known says so.
func interrupted(err error) error {
	var e *geo.Error
	if !isInterruption(err) || errors.As(err, &e) {
		return err
	}
	return &geo.Error{Kind: context.Canceled, Msg: geo.Text{FR: "interrompu : rien n'a changé", EN: "interrupted: nothing has changed"}}
}

// inFile says which file an error is about, unless it says so.
func inFile(file string, err error) error {
	if errors.Is(err, geo.ErrUnavailable) || strings.HasPrefix(err.Error(), file) {
		return err
	}
	return fmt.Errorf("%s: %w", file, err)
}
