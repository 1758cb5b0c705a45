package main

import (
	"context"
	"fmt"

	"rundertisch/internal/localpg"
)

// admin is for those who run the system.
func admin(_ context.Context, c *command) error {
	if len(c.args) != 1 || c.args[0] != "roles" {
		return errUsage
	}
	for _, statement := range localpg.RolesSQL(localpg.Database) {
		if _, err := fmt.Fprintln(c.stdout, statement); err != nil {
			return err
		}
	}
	return nil
}
