// Package geo holds the domain of Arpent: layers, rows, queries, boxes,
// coordinate reference systems and errors. It depends on nothing else of
// Arpent; loaders, stores and the HTTP API meet through its types.
//
// Coordinates are always in x, y order inside Arpent: easting then northing
// in metres, or longitude then latitude in degrees, whatever the axis order
// of the authority that defines the system. Axis order is a matter of input
// and output, handled by geo/crs.
package geo
