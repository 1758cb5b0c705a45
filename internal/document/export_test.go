package document

import "context"

// Script makes the child run another script.
func (r *Renderer) Script(s string) *Renderer {
	r.script = s
	return r
}

// Run runs a job as Render and ReadDOCX do.
func (r *Renderer) Run(ctx context.Context) ([]byte, error) {
	return r.run(ctx, wordPackages, map[string]string{"do": "nothing"})
}
