// Package migrations embeds the schema: golang-migrate pairs, numbered without
// gaps, each file one transaction. A file creates a table together with its
// policies, its audit trigger and its grants.
package migrations

import "embed"

// Files holds every migration.
//
//go:embed *.sql
var Files embed.FS
