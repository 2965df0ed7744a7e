package main

import (
	"errors"
	"io/fs"
	"os"

	"github.com/arpent-geo/arpent/geo"
)

// sidecar is what FILE.arpent.yaml says of FILE: how to read it, what to call
// it, and its metadata. The flags of `arpent load` say the same, and win.
type sidecar struct {
	Layer    string `yaml:"layer"`
	CRS      string `yaml:"crs"`
	Encoding string `yaml:"encoding"`
	geo.Meta `yaml:",inline"`
}

// readSidecar reads what stands beside file, if anything does.
func readSidecar(file string, flags sidecar) (sidecar, error) {
	path := file + ".arpent.yaml"
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return flags, nil
	}
	if err != nil {
		return flags, &geo.Error{Kind: geo.ErrUnavailable, Where: path, Err: err,
			Msg: geo.Text{FR: "fichier illisible", EN: "cannot be read"}}
	}
	var s sidecar
	if err := readYAML(path, data, &s); err != nil {
		return flags, err
	}
	if s.Temporal != (geo.TimeColumns{}) {
		return flags, geo.Invalid(path, geo.Text{FR: "temporal n'est pas enregistré avec la couche", EN: "temporal is not stored with the layer"},
			geo.Text{FR: "mettez-le dans les réglages du serveur, sous layers", EN: "put it in the settings of the server, under layers"})
	}
	return s.merge(flags), nil
}

// merge returns s with what over says on top.
func (s sidecar) merge(over sidecar) sidecar {
	for _, f := range []struct {
		dst *string
		src string
	}{{&s.Layer, over.Layer}, {&s.CRS, over.CRS}, {&s.Encoding, over.Encoding}} {
		if f.src != "" {
			*f.dst = f.src
		}
	}
	s.Meta = s.Merge(over.Meta)
	return s
}
