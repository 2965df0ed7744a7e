// Package web turns view models into HTML pages: templates, style sheet,
// scripts, texts in French and English, maps drawn as SVG, and the vendored
// MapLibre GL. It knows nothing of routes or stores: package api fills the
// models of pages.go and writes what Render returns.
//
// Every page is whole without JavaScript, and holds no inline script, style or
// handler: ContentSecurityPolicy can be as strict as it is.
package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// ContentSecurityPolicy is the header that pages are written for. MapLibre GL
// runs under it because its icons are files and its worker a module of ours.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// AssetPrefix is where the static files are served, below the base URL.
const AssetPrefix = "/static/"

// Options says what the site is called. The zero value works.
type Options struct {
	Title       geo.Text // of the site; empty: "Arpent"
	Description geo.Text // one or two sentences on the landing page
	Notice      geo.Text // shown at the top of every page; empty: none
	Version     string   // of Arpent, in the footer
	MaxItems    int      // most items in one answer, for the download links; zero: 10,000
}

// Site renders pages. Safe for concurrent use.
type Site struct {
	o      Options
	assets *assetSet
	pages  map[string]*template.Template // by language and name: "fr/landing"
}

//go:embed templates
var templateFiles embed.FS

// New parses the templates and the texts once.
func New(o Options) (*Site, error) {
	if o.Title == (geo.Text{}) {
		o.Title = geo.Text{FR: "Arpent", EN: "Arpent"}
	}
	if o.MaxItems <= 0 {
		o.MaxItems = 10_000
	}
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	s := &Site{o: o, assets: assets, pages: map[string]*template.Template{}}
	names, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	for _, lang := range []string{"fr", "en"} {
		common, err := template.New("layout.html").Funcs(funcs(lang)).
			ParseFS(templateFiles, "templates/layout.html", "templates/part_*.html")
		if err != nil {
			return nil, fmt.Errorf("parse templates: %w", err)
		}
		for _, f := range names {
			name := strings.TrimSuffix(f.Name(), ".html")
			if name == "layout" || strings.HasPrefix(name, "part_") {
				continue
			}
			page, err := common.Clone()
			if err == nil {
				page, err = page.ParseFS(templateFiles, path.Join("templates", f.Name()))
			}
			if err != nil {
				return nil, fmt.Errorf("parse template %s: %w", f.Name(), err)
			}
			s.pages[lang+"/"+name] = page
		}
	}
	return s, nil
}

// Render writes a page. Nothing is written when it returns an error, but for
// an error of w.
func (s *Site) Render(w io.Writer, p Page) error {
	v := newView(s, p)
	page := s.pages[v.Lang+"/"+p.template()]
	if page == nil {
		return fmt.Errorf("render page: no template %q", p.template())
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return fmt.Errorf("render page %s: %w", p.template(), err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Assets serves GET and HEAD of the static files: paths that begin with
// AssetPrefix, and "/favicon.ico". The base path must have been removed.
// Names carry a digest of their content and are immutable.
func (s *Site) Assets() http.Handler { return s.assets }
