package mail

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	gomail "github.com/wneessen/go-mail"

	"rundertisch/internal/fault"
)

// SMTP is a Sender that hands messages to a mail server.
type SMTP struct {
	client *gomail.Client
	from   string
	domain string
}

// NewSMTP returns a Sender for an address of the form
// smtp[s]://user:password@host:port?from=absender@example.org&tls=required|none.
// TLS is required unless tls=none, which is for loopback only.
func NewSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	from := u.Query().Get("from")
	if from == "" {
		return nil, fmt.Errorf("SMTP_URL: from=address is missing")
	}
	options := []gomail.Option{gomail.WithTimeout(15 * time.Second)}
	if p := u.Port(); p != "" {
		port, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("SMTP_URL: port: %w", err)
		}
		options = append(options, gomail.WithPort(port))
	}
	host := u.Hostname()
	switch {
	case u.Scheme == "smtps":
		options = append(options, gomail.WithSSL())
	case u.Query().Get("tls") == "none":
		if host != "localhost" && host != "127.0.0.1" && host != "::1" && host != "mailpit" {
			return nil, fmt.Errorf("SMTP_URL: tls=none is for loopback only")
		}
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(host, options...)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL: %w", err)
	}
	return &SMTP{client: client, from: from, domain: host}, nil
}

// Send hands the message over. The Message-ID is made from id alone.
func (s *SMTP) Send(ctx context.Context, id uuid.UUID, m Message) error {
	msg := gomail.NewMsg()
	if err := msg.From(s.from); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if err := msg.To(m.To); err != nil {
		return errors.New("the recipient is no address") // the cause repeats it
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(id.String() + "@" + s.domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Unsubscribe != "" {
		msg.SetGenHeader("List-Unsubscribe", "<"+m.Unsubscribe+">")
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	if m.Calendar != "" { // as an alternative, so that calendars offer to accept
		msg.AddAlternativeString(gomail.ContentType("text/calendar; method="+m.Method), m.Calendar)
	}
	if err := s.client.DialAndSendWithContext(ctx, msg); err != nil {
		return fmt.Errorf("hand over mail %s: %w", id, withoutAddress(err))
	}
	return nil
}

// withoutAddress keeps of a server's refusal what helps to find the cause. Its
// text may repeat the recipient, and the errors of jobs are kept for long.
func withoutAddress(err error) error {
	if refused, ok := errors.AsType[*gomail.SendError](err); ok {
		return fmt.Errorf("refused: reason %s, code %d, temporary %t", refused.Reason, refused.ErrorCode(), refused.IsTemp())
	}
	return err
}

// Nobody is the Sender of a site without a mail server: messages that were
// queued earlier wait.
type Nobody struct{}

// Send returns fault.Unavailable.
func (Nobody) Send(context.Context, uuid.UUID, Message) error {
	return fmt.Errorf("SMTP_URL is not set: %w", fault.Unavailable)
}
