// Package form reads what people typed: strict about shape, gentle about
// wording. A field that cannot be read becomes a fault of that field, and what
// was typed is kept for the page.
package form
