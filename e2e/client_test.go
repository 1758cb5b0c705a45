package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"rundertisch/internal/demo"
)

// The hosts of the two programmes of the demo.
const (
	saxony     = "localhost"
	musterland = "musterland.localhost"
)

// client sends plain requests, without following redirects and with no more
// cookies than it is given.
type client struct {
	site    *program
	host    string
	cookies map[string]string
}

// answer is a whole response.
type answer struct {
	status int
	header http.Header
	body   string
}

// transport finds every host name on the program's own address.
var transport = &http.Transport{
	DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	},
	MaxIdleConnsPerHost: 8,
}

var plain = &http.Client{
	Transport:     transport,
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// visitor is a client that nobody has signed in with.
func visitor(host string) *client { return site.visitor(host) }

func (p *program) visitor(host string) *client {
	return &client{site: p, host: host, cookies: map[string]string{}}
}

// as is a client with the session of a demo account. All tests share it, so no
// test may sign it out.
func as(tb testing.TB, email string) *client {
	tb.Helper()
	host := hostOf(email)
	token, err := session(host, email)
	if err != nil {
		tb.Fatalf("sign in as %s: %v", email, err)
	}
	c := visitor(host)
	if email != "" {
		c.cookies["rt"] = token
	}
	return c
}

// hostOf is the host of the account's programme.
func hostOf(email string) string {
	for _, a := range demo.Accounts() {
		if a.Email == email && a.Programme == "musterland" {
			return musterland
		}
	}
	return saxony
}

var sessions = struct {
	sync.Mutex
	tokens map[string]string
}{tokens: map[string]string{}}

// session signs in once per account.
func session(host, email string) (string, error) {
	if email == "" {
		return "", nil
	}
	sessions.Lock()
	defer sessions.Unlock()
	if token := sessions.tokens[email]; token != "" {
		return token, nil
	}
	token, err := visitor(host).signIn(email)
	if err == nil {
		sessions.tokens[email] = token
	}
	return token, err
}

// signIn makes a new session and returns its token.
func (c *client) signIn(email string) (string, error) {
	a, err := c.send(http.MethodPost, "/anmelden", url.Values{"email": {email}, "password": {demo.Password}}, nil)
	if err != nil {
		return "", err
	}
	for _, cookie := range (&http.Response{Header: a.header}).Cookies() {
		if cookie.Name == "rt" && cookie.Value != "" {
			return cookie.Value, nil
		}
	}
	return "", errors.New("no session cookie in the answer: " + http.StatusText(a.status))
}

// with returns a copy that sends another cookie too.
func (c *client) with(name, value string) *client {
	d := c.site.visitor(c.host)
	maps.Copy(d.cookies, c.cookies)
	d.cookies[name] = value
	return d
}

// url is the full address of a path.
func (c *client) url(path string) string { return "http://" + c.host + ":" + c.site.port + path }

// get fetches a page and fails the test if there is no answer.
func (c *client) get(tb testing.TB, path string) answer {
	tb.Helper()
	a, err := c.send(http.MethodGet, path, nil, nil)
	if err != nil {
		tb.Fatalf("GET %s: %v", path, err)
	}
	return a
}

// post sends a form and fails the test if there is no answer.
func (c *client) post(tb testing.TB, path string, form url.Values) answer {
	tb.Helper()
	a, err := c.send(http.MethodPost, path, form, nil)
	if err != nil {
		tb.Fatalf("POST %s: %v", path, err)
	}
	return a
}

// send sends a request, with a form unless nil.
func (c *client) send(method, path string, form url.Values, header http.Header) (answer, error) {
	r, err := http.NewRequest(method, c.url(path), strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	maps.Copy(r.Header, header)
	return c.do(r)
}

// upload sends a form with a file in the field "file".
func (c *client) upload(path string, form url.Values, name, content string) (answer, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, values := range form {
		for _, value := range values {
			_ = w.WriteField(field, value)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		return answer{}, err
	}
	_, _ = io.WriteString(part, content)
	_ = w.Close()
	r, err := http.NewRequest(http.MethodPost, c.url(path), &body)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return c.do(r)
}

func (c *client) do(r *http.Request) (answer, error) {
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res, err := plain.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(text)}, err
}

// location is where a redirect leads: the path with its query.
func (a answer) location() string {
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		return ""
	}
	return u.RequestURI()
}

func (a answer) isHTML() bool { return strings.HasPrefix(a.header.Get("Content-Type"), "text/html") }
