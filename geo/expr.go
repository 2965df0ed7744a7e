package geo

// Expr is a node of a filter: the tree of a CQL2 expression (OGC 21-065r2). It
// names properties by pointers into Layer.Properties, so that an unknown name
// cannot reach SQL. The constructors New… check the types of the operands: a
// store that prints a tree meets no mistyped one. Trees are never changed once
// made, and are safe for concurrent use.
//
// Any operand but that of IsNull makes the whole null when it is null; And, Or
// and Not follow the three-valued logic of SQL, and a filter keeps the rows for
// which it is true.
type Expr interface {
	// Type is what the node yields.
	Type() Type
	expr()
}

// Type is the type of an expression.
type Type uint8

// The types of expressions. Text holds KindText and KindUUID; Number holds
// KindInt, KindReal, KindFloat and KindDecimal; Instant holds KindTimestampTZ
// and KindTimestamp, which is read as UTC. Other is a column that can only be
// tested for null (KindBytes, KindJSON).
const (
	TypeOther Type = iota
	TypeBool
	TypeNumber
	TypeText
	TypeDate
	TypeInstant
	TypeInterval
	TypeGeometry
	TypeArray
)

// String returns the name of the type in the document /functions.
func (t Type) String() string {
	return [...]string{"other", "boolean", "number", "string", "date", "timestamp", "interval", "geometry", "array"}[t]
}

// Type returns the type of an expression that holds values of this kind.
func (k Kind) Type() Type {
	switch k {
	case KindBool:
		return TypeBool
	case KindInt, KindReal, KindFloat, KindDecimal:
		return TypeNumber
	case KindText, KindUUID:
		return TypeText
	case KindDate:
		return TypeDate
	case KindTimestamp, KindTimestampTZ:
		return TypeInstant
	case KindArray:
		return TypeArray
	}
	return TypeOther
}

// The leaves.
type (
	// PropertyRef is the value of a property.
	PropertyRef struct{ Property *Property }

	// GeometryRef is the geometry of the row.
	GeometryRef struct{ Layer *Layer }

	// Literal is a constant of KindBool, KindInt, KindFloat, KindText, KindDate or
	// KindTimestampTZ; of KindReal where it is compared with a property of that
	// kind, so that 0.1 equals the 32-bit 0.1.
	Literal struct{ Value Value }

	// GeometryLiteral is a constant geometry: ISO WKB, x before y, in CRS.
	GeometryLiteral struct {
		CRS  CRS
		Kind GeometryType
		WKB  []byte
	}

	// BoxLiteral is a constant rectangle, as drawn in its CRS; it may cross the
	// antimeridian. The heights of a BBOX of six numbers are left out.
	BoxLiteral struct{ Box BBox }

	// Interval is a span of time, both ends included; a nil end is open. The ends
	// are of TypeDate or TypeInstant.
	Interval struct{ Start, End Expr }

	// ArrayLiteral is a list of scalars, of any types; its dates and instants are
	// constants. It is never null: a member that is null is the JSON null, which
	// equals itself.
	ArrayLiteral []Expr
)

// The logical operators. An empty And is true, an empty Or false.
type (
	And []Expr
	Or  []Expr
	Not struct{ Operand Expr }
)

// Equal is true when the property holds the value, which has the kind of the
// property: the filter by a query parameter. Numbers compare as numbers,
// instants as instants, text by code point.
type Equal struct {
	Property *Property
	Value    Value
}

// The comparisons. Text compares by code point. Two integers compare as
// integers, integers and decimals as exact numbers, anything else as 64-bit
// floats. False is less than true. A date compared with an instant is its
// midnight in UTC.
type (
	// Compare has operands of one type, or a date and an instant.
	Compare struct {
		Op          CompareOp
		Left, Right Expr
	}

	// Like matches the whole text, case and accents counting: % stands for any
	// run of characters, _ for one, \ takes the next as it is. Pattern is a text
	// Literal, in zero or more Folds.
	Like struct{ Operand, Pattern Expr }

	// Between is Low <= Operand <= High, on numbers.
	Between struct{ Operand, Low, High Expr }

	// In is true when the operand equals a member, null when it equals none and
	// one is null. The list is not empty.
	In struct {
		Operand Expr
		List    []Expr
	}

	// IsNull is never null.
	IsNull struct{ Operand Expr }

	// Fold is its text without case (CASEI) or accents (ACCENTI).
	Fold struct {
		Op      FoldOp
		Operand Expr
	}

	// Arithmetic is computed in 64-bit floats: / is real, % and div truncate
	// towards zero as C and SQL do; a division by zero, or a result that is
	// not finite, is null.
	Arithmetic struct {
		Op          ArithmeticOp
		Left, Right Expr
	}
)

// The predicates and functions.
type (
	// Spatial is one of the predicates of OGC 06-103r4, in the plane of the
	// layer's CRS; its operands are of TypeGeometry.
	Spatial struct {
		Op          SpatialOp
		Left, Right Expr
	}

	// Temporal relates two instants, dates or intervals, as the closed intervals
	// they are. Days says that every bound is a date (or open): they compare as
	// days. Otherwise a date is its whole day in UTC: 00:00:00 where it begins an
	// interval, 23:59:59.999999 where it ends one, both where it stands alone.
	Temporal struct {
		Op          TemporalOp
		Left, Right Expr
		Days        bool
	}

	// ArrayTest relates two arrays as sets, but for AEquals, which counts order and
	// repeats. Elements compare as the JSON values they are in an answer (see
	// AppendJSON): numbers as 64-bit floats, dates and instants as their text.
	ArrayTest struct {
		Op          ArrayOp
		Left, Right Expr
	}

	// Call is a function of Functions, with as many arguments as it declares.
	Call struct {
		Func *Function
		Args []Expr
	}
)

// CompareOp is one of = <> < > <= >=.
type CompareOp string

// The comparison operators, as CQL2 and SQL write them.
const (
	EQ CompareOp = "="
	NE CompareOp = "<>"
	LT CompareOp = "<"
	GT CompareOp = ">"
	LE CompareOp = "<="
	GE CompareOp = ">="
)

// FoldOp is one of the two folds, by the name of CQL2-JSON.
type FoldOp string

// The folds.
const (
	FoldCase    FoldOp = "casei"
	FoldAccents FoldOp = "accenti"
)

// ArithmeticOp is one of + - * / ^ % div.
type ArithmeticOp string

// The arithmetic operators, as CQL2 writes them.
const (
	Add    ArithmeticOp = "+"
	Sub    ArithmeticOp = "-"
	Mul    ArithmeticOp = "*"
	Div    ArithmeticOp = "/"
	Pow    ArithmeticOp = "^"
	Mod    ArithmeticOp = "%"
	IntDiv ArithmeticOp = "div"
)

// SpatialOp is a spatial predicate, by the name of CQL2-JSON.
type SpatialOp string

// The eight spatial predicates.
const (
	SIntersects SpatialOp = "s_intersects"
	SEquals     SpatialOp = "s_equals"
	SDisjoint   SpatialOp = "s_disjoint"
	STouches    SpatialOp = "s_touches"
	SWithin     SpatialOp = "s_within"
	SOverlaps   SpatialOp = "s_overlaps"
	SCrosses    SpatialOp = "s_crosses"
	SContains   SpatialOp = "s_contains"
)

// TemporalOp is a temporal predicate, by the name of CQL2-JSON.
type TemporalOp string

// The fifteen temporal predicates. The first five take instants and
// intervals, the others intervals only.
const (
	TAfter        TemporalOp = "t_after"
	TBefore       TemporalOp = "t_before"
	TDisjoint     TemporalOp = "t_disjoint"
	TEquals       TemporalOp = "t_equals"
	TIntersects   TemporalOp = "t_intersects"
	TContains     TemporalOp = "t_contains"
	TDuring       TemporalOp = "t_during"
	TFinishedBy   TemporalOp = "t_finishedBy"
	TFinishes     TemporalOp = "t_finishes"
	TMeets        TemporalOp = "t_meets"
	TMetBy        TemporalOp = "t_metBy"
	TOverlappedBy TemporalOp = "t_overlappedBy"
	TOverlaps     TemporalOp = "t_overlaps"
	TStartedBy    TemporalOp = "t_startedBy"
	TStarts       TemporalOp = "t_starts"
)

// ArrayOp is an array predicate, by the name of CQL2-JSON.
type ArrayOp string

// The four array predicates.
const (
	AEquals      ArrayOp = "a_equals"
	AContains    ArrayOp = "a_contains"
	AContainedBy ArrayOp = "a_containedBy"
	AOverlaps    ArrayOp = "a_overlaps"
)

// Type of the nodes.
func (e PropertyRef) Type() Type   { return e.Property.Kind.Type() }
func (GeometryRef) Type() Type     { return TypeGeometry }
func (e Literal) Type() Type       { return e.Value.Kind.Type() }
func (GeometryLiteral) Type() Type { return TypeGeometry }
func (BoxLiteral) Type() Type      { return TypeGeometry }
func (Interval) Type() Type        { return TypeInterval }
func (ArrayLiteral) Type() Type    { return TypeArray }
func (And) Type() Type             { return TypeBool }
func (Or) Type() Type              { return TypeBool }
func (Not) Type() Type             { return TypeBool }
func (Equal) Type() Type           { return TypeBool }
func (Compare) Type() Type         { return TypeBool }
func (Like) Type() Type            { return TypeBool }
func (Between) Type() Type         { return TypeBool }
func (In) Type() Type              { return TypeBool }
func (IsNull) Type() Type          { return TypeBool }
func (Fold) Type() Type            { return TypeText }
func (Arithmetic) Type() Type      { return TypeNumber }
func (Spatial) Type() Type         { return TypeBool }
func (Temporal) Type() Type        { return TypeBool }
func (ArrayTest) Type() Type       { return TypeBool }
func (e Call) Type() Type          { return e.Func.Result }

func (PropertyRef) expr()     {}
func (GeometryRef) expr()     {}
func (Literal) expr()         {}
func (GeometryLiteral) expr() {}
func (BoxLiteral) expr()      {}
func (Interval) expr()        {}
func (ArrayLiteral) expr()    {}
func (And) expr()             {}
func (Or) expr()              {}
func (Not) expr()             {}
func (Equal) expr()           {}
func (Compare) expr()         {}
func (Like) expr()            {}
func (Between) expr()         {}
func (In) expr()              {}
func (IsNull) expr()          {}
func (Fold) expr()            {}
func (Arithmetic) expr()      {}
func (Spatial) expr()         {}
func (Temporal) expr()        {}
func (ArrayTest) expr()       {}
func (Call) expr()            {}
