package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// conn is a connection that is kept open. It is far cheaper than net/http's
// client, whose work would be counted as the site's: all share the machine.
type conn struct {
	net.Conn
	in *bufio.Reader
}

func dial(ctx context.Context, addr string) (*conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &conn{c, bufio.NewReaderSize(c, 128<<10)}, nil
}

// get is a request as it goes over the wire, with the cookie of a session.
func get(path, token string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nCookie: rt=" + token + "\r\n\r\n")
}

// post is a form as it goes over the wire.
func post(path, token, form string) []byte {
	return []byte("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nCookie: rt=" + token +
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + strconv.Itoa(len(form)) + "\r\n\r\n" + form)
}

var lengthHeader = []byte("Content-Length: ")

// do sends a request and reads the answer; body is nil unless wanted.
func (c *conn) do(request []byte, wantBody bool) (status, size int, body []byte, err error) {
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := c.Write(request); err != nil {
		return 0, 0, nil, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, nil, err
	}
	if len(line) < 12 {
		return 0, 0, nil, fmt.Errorf("answer begins with %q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, 0, nil, err
	}
	length := -1
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return 0, 0, nil, err
		}
		if len(line) <= 2 {
			break
		}
		if rest, found := bytes.CutPrefix(line, lengthHeader); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(rest))); err != nil {
				return 0, 0, nil, err
			}
		}
	}
	if length < 0 {
		return status, 0, nil, errors.New("answer without Content-Length")
	}
	if wantBody {
		body = make([]byte, length)
		_, err = io.ReadFull(c.in, body)
		return status, length, body, err
	}
	_, err = c.in.Discard(length)
	return status, length, nil, err
}

// page fetches one page and returns it.
func page(ctx context.Context, addr string, request []byte) (string, error) {
	c, err := dial(ctx, addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = c.Close() }()
	status, _, body, err := c.do(request, true)
	if err == nil && status != 200 {
		line, _, _ := strings.Cut(string(request), "\r\n")
		err = fmt.Errorf("%s: status %d", line, status)
	}
	return string(body), err
}
