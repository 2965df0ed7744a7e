package api

import (
	"context"
	"net/http"

	"github.com/arpent-geo/arpent/geo"
)

// layer returns the layer that the path names; an unknown one is told with the
// id that was probably meant.
func (s *Server) layer(r *http.Request) (*geo.Layer, error) {
	return s.layerNamed(r.Context(), r.PathValue("collectionId"))
}

func (s *Server) layerNamed(ctx context.Context, id string) (*geo.Layer, error) {
	l, err := s.store.Layer(ctx, id)
	if err == nil || problemOf(ctx, err).status != http.StatusNotFound {
		return l, err
	}
	hint := geo.Text{FR: "la liste est dans /collections", EN: "the list is in /collections"}
	if near := s.nearestLayer(ctx, id); near != "" {
		hint = geo.Text{FR: "vouliez-vous dire " + quotedFR(near) + " ?", EN: "did you mean " + quoted(near) + "?"}
	}
	return nil, newProblem(http.StatusNotFound, "collectionId",
		geo.Text{FR: "la couche " + quotedFR(id) + " n'existe pas", EN: "there is no collection " + quoted(id)}, hint)
}

func (s *Server) nearestLayer(ctx context.Context, id string) string {
	layers, err := s.store.Layers(ctx)
	if err != nil {
		return ""
	}
	ids := make([]string, 0, len(layers))
	for _, l := range layers {
		ids = append(ids, l.ID)
	}
	return geo.Nearest(id, ids)
}

// layerAndVersion reads the layer, then the version of its data: in that
// order before the data, so that a version is never newer than what it names.
func (s *Server) layerAndVersion(r *http.Request) (*geo.Layer, geo.Version, error) {
	l, err := s.layer(r)
	if err != nil {
		return nil, geo.Version{}, err
	}
	v, err := s.store.Version(r.Context(), l)
	return l, v, err
}
