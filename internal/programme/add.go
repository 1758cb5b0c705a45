package programme

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Add makes a programme, as the owner's role: the app may not. The first one
// becomes the default.
func Add(ctx context.Context, ownerURL string, p Programme) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	_, err = conn.Exec(ctx, `
		INSERT INTO programme (id, slug, name, hosts, is_default)
		VALUES ($1, $2, $3, $4, NOT EXISTS (SELECT FROM programme))`, p.ID, p.Slug, p.Name, p.Hosts)
	if err != nil {
		return fmt.Errorf("add programme %s: %w", p.Slug, err)
	}
	return nil
}
