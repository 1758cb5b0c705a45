package e2e

import (
	"io"
	"net"
	"net/mail"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// postOffice is a mail server that can keep a mail waiting.
type postOffice struct {
	addr string
	held chan struct{} // a mail has begun to wait

	mu   sync.Mutex
	open chan struct{} // closed: nothing waits
	got  []letter
}

type letter struct{ to, id string }

func openPostOffice(tb testing.TB) *postOffice {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &postOffice{addr: l.Addr().String(), held: make(chan struct{}, 100), open: make(chan struct{})}
	server := smtp.NewServer(p)
	server.Domain, server.AllowInsecureAuth = "localhost", true
	go func() { _ = server.Serve(l) }()
	tb.Cleanup(func() {
		p.release()
		_ = server.Close()
	})
	return p
}

// release lets through what waits and what comes.
func (p *postOffice) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
	default:
		close(p.open)
	}
}

func (p *postOffice) letters() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.got...)
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &delivery{office: p}, nil }

type delivery struct {
	office *postOffice
	to     string
}

func (d *delivery) Mail(string, *smtp.MailOptions) error { return nil }

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	return nil
}

// Data reads a mail whole and keeps the sender waiting for the answer.
func (d *delivery) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	d.office.held <- struct{}{}
	<-d.office.open
	d.office.mu.Lock()
	defer d.office.mu.Unlock()
	d.office.got = append(d.office.got, letter{to: d.to, id: m.Header.Get("Message-Id")})
	return nil
}

func (*delivery) Reset() {}

func (*delivery) Logout() error { return nil }
