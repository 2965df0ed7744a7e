package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/arpent-geo/arpent/geo"
)

// readYAML fills into, a pointer to a struct, from one YAML document. An
// unknown key is refused with its line and the key that was meant, so that a
// slip of the pen is never a setting silently left out.
func readYAML(path string, data []byte, into any) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return yamlError(path, err)
	}
	if len(doc.Content) == 0 {
		return nil // an empty file
	}
	if err := checkKeys(path, doc.Content[0], reflect.TypeOf(into).Elem()); err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return yamlError(path, err)
	}
	return nil
}

func yamlError(path string, err error) error {
	return &geo.Error{Kind: geo.ErrInvalidInput, Where: path, Err: err,
		Msg: geo.Text{FR: "ce YAML ne se lit pas", EN: "this YAML cannot be read"}}
}

// checkKeys compares the keys of a node with the fields of t.
func checkKeys(path string, n *yaml.Node, t reflect.Type) error {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return nil // the decoder says whether the type is right
	}
	fields, names := map[string]reflect.Type{}, []string{}
	if t.Kind() == reflect.Struct {
		collectFields(t, fields, &names)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		next, ok := fields[key.Value]
		switch {
		case t.Kind() == reflect.Map:
			next = t.Elem()
		case t.Kind() != reflect.Struct:
			return nil
		case !ok:
			return unknownKey(fmt.Sprintf("%s:%d", path, key.Line), key.Value, names)
		}
		if err := checkKeys(path, value, next); err != nil {
			return err
		}
	}
	return nil
}

// collectFields lists the keys of a struct, those of inlined structs among them.
func collectFields(t reflect.Type, fields map[string]reflect.Type, names *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch tag := f.Tag.Get("yaml"); tag {
		case "-":
		case ",inline":
			collectFields(f.Type, fields, names)
		default:
			name := yamlName(f)
			fields[name] = f.Type
			*names = append(*names, name)
		}
	}
}

func unknownKey(where, key string, known []string) error {
	hint := geo.Text{FR: fmt.Sprintf("clés connues : %v", known), EN: fmt.Sprintf("known keys: %v", known)}
	if near := geo.Nearest(key, known); near != "" {
		hint = geo.Text{FR: "vouliez-vous dire « " + near + " » ?", EN: "did you mean " + strconv.Quote(near) + "?"}
	}
	return geo.Invalid(where, geo.Text{FR: "clé inconnue « " + key + " »", EN: "unknown key " + strconv.Quote(key)}, hint)
}
