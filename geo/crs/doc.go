// Package crs knows the coordinate reference systems of France and of the
// web: a closed table of systems, their projections both ways, the axis order
// in which they are read and written, and how a box drawn in one system looks
// in another.
//
// Coordinates are x, y: easting, northing in metres, or longitude, latitude
// in degrees. Only Ref.Swapped says when the outside world wants them the
// other way round.
//
// The projections agree with PROJ 9.1 within 1 micrometre wherever EPSG says
// that a system may be used, but for the inverse of LAEA (EPSG:3035), where
// PROJ itself is 1.5 mm off. Datums count as one with WGS 84 (a null shift, to which
// EPSG gives an accuracy of 1 m), as PROJ does, except RGPF, which has a
// seven-parameter shift of half a metre (EPSG:8828). NTF needs a grid and is
// left to PostGIS.
//
// Far outside of its domain a projection still returns finite numbers, which
// mean nothing there. Everything is safe for concurrent use.
package crs
