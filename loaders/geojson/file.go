package geojson

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/geojson"
)

// file is one pass over the file.
type file struct {
	name     string
	f        *os.File
	counter  *countingReader
	reader   *geojson.Reader
	progress func(int64)
}

func (s *Source) open() (*file, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, &geo.Error{Kind: geo.ErrNotFound, Where: s.o.Name, Err: err,
			Msg: geo.Text{FR: "le fichier ne s'ouvre pas", EN: "the file cannot be opened"}}
	}
	p := &file{name: s.o.Name, f: f, counter: &countingReader{r: f}}
	var text io.Reader = p.counter
	if s.o.Encoding != nil {
		if text, err = decoded(text, s.o.Encoding); err != nil {
			f.Close()
			return nil, geo.Invalid(s.o.Name, geo.Text{FR: "archive gzip illisible", EN: "gzip cannot be read"}, geo.Text{})
		}
	}
	p.reader = geojson.NewReader(text, geojson.ReaderOptions{})
	return p, nil
}

// decoded reads another encoding than UTF-8, and undoes gzip before it: the
// reader of GeoJSON can no longer see it.
func decoded(r io.Reader, e encoding.Encoding) (io.Reader, error) {
	in := bufio.NewReader(r)
	r = in
	if magic, _ := in.Peek(2); string(magic) == "\x1f\x8b" {
		unzip, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		r = unzip
	}
	return transform.NewReader(r, e.NewDecoder()), nil
}

// features yields each feature; one is alive at a time.
func (p *file) features(ctx context.Context) iter.Seq2[*geojson.Feature, error] {
	return func(yield func(*geojson.Feature, error) bool) {
		for n := 0; ; n++ {
			if n%64 == 0 {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				if p.progress != nil {
					p.progress(p.counter.n)
				}
			}
			f, err := p.reader.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", p.name, err)
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

func (p *file) close() { _ = p.f.Close() }

// countingReader tells how far a pass has come in the file, compressed or not.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
