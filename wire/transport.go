package wire

import (
	"io"
	"net"
	"net/http"
	"time"

	"github.com/go-resty/resty/v2"
)

// headerLimit bounds the response headers, in bytes. Real registries send a few
// kilobytes.
const headerLimit = 256 << 10

// newTransport keeps as many idle connections as there can be requests in flight. It
// uses HTTP/2 if the target offers it over TLS.
func newTransport(opts Options) *http.Transport {
	t := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            opts.Dial,
		TLSClientConfig:        opts.TLS.Clone(), // net/http changes it
		TLSHandshakeTimeout:    opts.RequestTimeout,
		ResponseHeaderTimeout:  opts.RequestTimeout,
		MaxResponseHeaderBytes: headerLimit,
		MaxIdleConnsPerHost:    opts.MaxInFlight,
		IdleConnTimeout:        30 * time.Second,
		// Specs judge the bytes as they were sent, so nothing is decompressed.
		DisableCompression: true,
		ForceAttemptHTTP2:  true,
		// The default is 4 MiB for each unread stream.
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerStream: 1 << 20},
	}
	if opts.Dial == nil {
		t.DialContext = (&net.Dialer{Timeout: opts.RequestTimeout}).DialContext
	}
	return t
}

func newResty(transport http.RoundTripper) *resty.Client {
	client := resty.NewWithClient(&http.Client{
		Transport: transport,
		// Do follows redirects itself, so that it sees each hop.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	client.SetDoNotParseResponse(true)
	client.SetLogger(silent{})
	// Resty guesses a Content-Type and an Accept. Only the headers that the caller
	// chose may be sent.
	client.SetPreRequestHook(func(_ *resty.Client, raw *http.Request) error {
		a := attemptOf(raw.Context())
		a.url = raw.URL.String()
		req := a.req
		userAgent := raw.Header.Get("User-Agent")
		raw.Header = req.Header.Clone()
		raw.Header.Set("User-Agent", userAgent)
		if req.Body == nil {
			raw.Body, raw.GetBody, raw.ContentLength = http.NoBody, func() (io.ReadCloser, error) { return http.NoBody, nil }, 0
			return nil
		}
		raw.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(req.Body()), nil }
		raw.Body, _ = raw.GetBody()
		raw.ContentLength = req.Size
		if req.Size == 0 {
			raw.Body = http.NoBody
		}
		return nil
	})
	return client
}

type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
