// Package report puts together what several capabilities know: the public
// board at any moment on both clocks, what changed between two of them, and
// the desk of a person. It changes nothing.
package report
