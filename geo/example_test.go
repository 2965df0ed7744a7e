package geo_test

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
)

func ExampleValue_AppendJSON() {
	for _, v := range []geo.Value{
		geo.Decimal([]byte("1.50")),
		geo.String("L'Haÿ-les-Roses"),
		geo.Instant(1704164645678901),
		geo.JSON([]byte(`{"type": "N", "surface": 12.0}`)),
	} {
		fmt.Printf("%s\n", v.AppendJSON(nil))
	}
	// Output:
	// 1.5
	// "L'Haÿ-les-Roses"
	// "2024-01-02T03:04:05.678Z"
	// {"surface":12,"type":"N"}
}

func ExampleParseValue() {
	v, err := geo.ParseValue(geo.KindTimestampTZ, "2024-01-02T03:04:05+01:00")
	fmt.Printf("%s %v\n", v.AppendText(nil), err)
	_, err = geo.ParseValue(geo.KindInt, "douze")
	fmt.Println(err)
	// Output:
	// 2024-01-02T02:04:05.000Z <nil>
	// value "douze" cannot be read as int (a whole number)
}
