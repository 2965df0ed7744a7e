package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed static third_party/maplibre-gl third_party/VENDORED.txt
var files embed.FS

// asset is one static file.
type asset struct {
	body    []byte
	mime    string
	zipped  func() []byte // gzip of body, made once at the first request; nil result: not worth it
	forever bool          // its address changes with its content
	etag    string
}

// assetSet holds the static files by path below the base URL.
type assetSet struct {
	byPath map[string]*asset
	urls   map[string]string // "site.css" to "/static/5f0c…/site.css"
}

// The folders served: each is addressed by a digest of all it holds, not of
// one file, because MapLibre GL finds its worker next to itself.
var folders = []struct{ dir, name string }{
	{"static", ""},
	{"third_party/maplibre-gl", "maplibre-gl/"},
}

func loadAssets() (*assetSet, error) {
	set := &assetSet{byPath: map[string]*asset{}, urls: map[string]string{}}
	for _, folder := range folders {
		found := map[string]*asset{}
		digest := sha256.New()
		err := fs.WalkDir(files, folder.dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := files.ReadFile(name)
			if err != nil {
				return err
			}
			short := strings.TrimPrefix(name, folder.dir+"/")
			fmt.Fprintf(digest, "%s %d\n", short, len(body))
			digest.Write(body)
			found[short] = newAsset(short, body)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read static files of %s: %w", folder.dir, err)
		}
		prefix := AssetPrefix + hex.EncodeToString(digest.Sum(nil)[:6]) + "/"
		for short, a := range found {
			a.forever = true
			set.byPath[prefix+folder.name+short] = a
			set.urls[folder.name+short] = prefix + folder.name + short
		}
	}
	if icon := set.byPath[set.urls["favicon.ico"]]; icon != nil {
		plain := *icon
		plain.forever = false
		set.byPath["/favicon.ico"] = &plain
	}
	return set, nil
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".mjs": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
	".ico": "image/x-icon",
	".txt": "text/plain; charset=utf-8",
}

func newAsset(name string, body []byte) *asset {
	sum := sha256.Sum256(body)
	a := &asset{body: body, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
	// Our own table first: mime reads the tables of the machine, which vary.
	if a.mime = mediaTypes[path.Ext(name)]; a.mime == "" {
		a.mime = mime.TypeByExtension(path.Ext(name))
	}
	a.zipped = sync.OnceValue(func() []byte { return zip(body) })
	return a
}

// zip returns nil when compressing gains less than a tenth.
func zip(body []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := w.Write(body); err != nil || w.Close() != nil || b.Len() > len(body)*9/10 {
		return nil
	}
	return b.Bytes()
}

// ServeHTTP serves one file.
func (set *assetSet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := set.byPath[r.URL.Path]
	if a == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	// A worker obeys the policy of its own file, not of the page that starts it.
	h.Set("Content-Security-Policy", ContentSecurityPolicy)
	h.Set("Cache-Control", "public, max-age=3600")
	if a.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, etag := a.body, a.etag
	if acceptsGzip(r) {
		if z := a.zipped(); z != nil {
			body, etag = z, strings.TrimSuffix(etag, `"`)+`-gz"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", etag)
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.mime)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client left: nobody to tell
	}
}

// acceptsGzip reads Accept-Encoding as browsers write it: "gzip" named, and
// not refused by q=0.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return !strings.HasPrefix(q, "q=0") || strings.Trim(q, "q=0.") != ""
		}
	}
	return false
}
