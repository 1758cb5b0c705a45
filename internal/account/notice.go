package account

import (
	"context"
	"fmt"
	"time"

	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
)

// Mails say what happened and where to go on, in the language of whoever
// caused them. Subjects hold no secret.

func (s *Service) mailInvitation(ctx context.Context, tx *db.Tx, p invitee) error {
	token, err := makeLink(ctx, tx, p.ID, invitationLink)
	if err != nil {
		return err
	}
	return s.post(ctx, tx, p, "invitation", link.AcceptInvitation(token), tx.Now.Add(invitationLink.life()))
}

func (s *Service) mailReset(ctx context.Context, tx *db.Tx, p invitee) error {
	token, err := makeLink(ctx, tx, p.ID, resetLink)
	if err != nil {
		return err
	}
	return s.post(ctx, tx, p, "reset", link.ResetPassword(token), tx.Now.Add(resetLink.life()))
}

func (s *Service) mailPasswordChanged(ctx context.Context, tx *db.Tx, p invitee) error {
	return s.post(ctx, tx, p, "changed", link.ForgotPassword(), tx.Now)
}

func (s *Service) mailRoleGiven(ctx context.Context, tx *db.Tx, p invitee) error {
	return s.post(ctx, tx, p, "role", link.Account(), tx.Now)
}

// post writes the mail of the name.
func (s *Service) post(ctx context.Context, tx *db.Tx, p invitee, name, path string, at time.Time) error {
	site, err := mail.SiteOf(ctx, tx, s.base)
	if err != nil {
		return err
	}
	words := []any{"Programme", site.Name, "Name", p.Name, "URL", site.At(path), "Time", locale.DateTime(ctx, at)}
	_, err = s.mail.Post(ctx, tx, mail.Message{
		To:      p.Email,
		Subject: locale.T(ctx, "account.mail."+name+".subject", words...),
		Body:    locale.T(ctx, "account.mail."+name+".body", words...),
	})
	if err != nil {
		return fmt.Errorf("notify person %s: %w", p.ID, err)
	}
	return nil
}
