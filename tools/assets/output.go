package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/andybalholm/brotli"
)

// output collects the built files in a fresh folder that replaces the old one
// only when everything is there.
type output struct {
	target string
	work   string
	names  map[string]string // "app.css" -> "app.<hash>.css"
}

func newOutput(target string) (*output, error) {
	if err := os.MkdirAll(target, 0o755); err != nil {
		return nil, err
	}
	work, err := os.MkdirTemp(filepath.Dir(target), ".dist-*")
	if err != nil {
		return nil, err
	}
	return &output{target: target, work: work, names: map[string]string{}}, nil
}

// add writes one file with a hash in its name, and its compressed twins.
func (o *output) add(name string, data []byte, compress bool) error {
	sum := sha256.Sum256(data)
	stem, ext, _ := strings.Cut(name, ".")
	hashed := fmt.Sprintf("%s.%s.%s", stem, hex.EncodeToString(sum[:6]), ext)
	o.names[name] = hashed
	path := filepath.Join(o.work, hashed)
	if err := os.WriteFile(path, data, 0o644); err != nil {
		return err
	}
	if !compress {
		fmt.Printf("%-24s %7d\n", name, len(data))
		return nil
	}
	br, gz, err := packed(data)
	if err != nil {
		return err
	}
	fmt.Printf("%-24s %7d  br %6d  gz %6d\n", name, len(data), len(br), len(gz))
	if err := os.WriteFile(path+".br", br, 0o644); err != nil {
		return err
	}
	return os.WriteFile(path+".gz", gz, 0o644)
}

func packed(data []byte) (br, gz []byte, err error) {
	var b, g bytes.Buffer
	bw := brotli.NewWriterLevel(&b, brotli.BestCompression)
	if _, err := bw.Write(data); err != nil {
		return nil, nil, err
	}
	if err := bw.Close(); err != nil {
		return nil, nil, err
	}
	gw, err := gzip.NewWriterLevel(&g, gzip.BestCompression)
	if err != nil {
		return nil, nil, err
	}
	if _, err := gw.Write(data); err != nil {
		return nil, nil, err
	}
	if err := gw.Close(); err != nil {
		return nil, nil, err
	}
	return b.Bytes(), g.Bytes(), nil
}

var assetPattern = regexp.MustCompile(`url\("?asset:([a-z0-9.-]+)"?\)`)

// link replaces url(asset:name) by the hashed name of a file added before.
func (o *output) link(css string) string {
	return assetPattern.ReplaceAllStringFunc(css, func(match string) string {
		name := assetPattern.FindStringSubmatch(match)[1]
		return `url("` + o.names[name] + `")`
	})
}

// finish writes the manifest and puts the new files in place of the old.
func (o *output) finish() error {
	defer os.RemoveAll(o.work)
	if err := writeJSON(filepath.Join(o.work, "manifest.json"), o.names); err != nil {
		return err
	}
	old, err := os.ReadDir(o.target)
	if err != nil {
		return err
	}
	for _, entry := range old {
		if entry.Name() == ".keep" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(o.target, entry.Name())); err != nil {
			return err
		}
	}
	built, err := os.ReadDir(o.work)
	if err != nil {
		return err
	}
	for _, entry := range built {
		if err := os.Rename(filepath.Join(o.work, entry.Name()), filepath.Join(o.target, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}
