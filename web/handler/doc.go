// Package handler adapts page functions to net/http: routes with their action,
// one place where a fault becomes a status and an error page, rendering after
// the transaction, redirects and the flash message.
package handler
