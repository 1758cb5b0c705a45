package document

import (
	"context"

	"github.com/google/uuid"
)

// Script makes the child run another script.
func (r *Renderer) Script(s string) *Renderer {
	r.script = s
	return r
}

// Run runs a job as Render and ReadDOCX do.
func (r *Renderer) Run(ctx context.Context) ([]byte, error) {
	return r.run(ctx, wordPackages, map[string]string{"do": "nothing"})
}

// Translate gives an error of the store its kind.
func Translate(err error) error { return translate("store", uuid.Nil, err) }
