// Package geojson writes rows as GeoJSON (RFC 7946) and reads GeoJSON files as
// a stream of features.
//
// The writer appends to a buffer of the caller and allocates nothing a
// feature. The reader holds one feature at a time, whatever the size of the
// file.
package geojson
