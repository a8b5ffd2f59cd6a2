package access

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"assay/wire"
)

// UnfitError says in one line why the target cannot be judged, and how to mend that.
type UnfitError struct{ text string }

func (e *UnfitError) Error() string { return e.text }

func unfit(format string, args ...any) error {
	return &UnfitError{wire.RedactText(fmt.Sprintf(format, args...))}
}

// preflightTimeout limits all first requests together. The client limits each of them.
const preflightTimeout = 8 * time.Second

// Reach checks that the target is a registry, logs in, and, unless the client is
// read-only, checks that the repository can be written. It judges nothing. The error is
// an *[UnfitError], unless ctx has ended.
func Reach(ctx context.Context, s Settings, client *wire.Client, repository string) error {
	ctx, cancel := context.WithTimeout(ctx, preflightTimeout)
	defer cancel()
	err := reach(ctx, s, client, repository)
	var unfit *UnfitError
	if errors.As(err, &unfit) {
		unfit.text = client.Scrub(unfit.text)
	}
	return err
}

func reach(ctx context.Context, s Settings, client *wire.Client, repository string) error {
	support := client.Support(ctx)
	where := wire.RedactURL(client.Target())
	isRefused := support.Status == http.StatusUnauthorized || support.Status == http.StatusForbidden || errors.Is(support.Err, wire.ErrCredentials)
	switch {
	case isRefused && s.Username == "" && isOpen(ctx, s, client.Repository(repository)):
		return nil // the endpoint is for logins alone
	case support.Err != nil:
		return cannotReach(where, client, support.Err)
	case isRefused:
		return refused(where, s, "GET /v2/", support)
	case strings.Contains(string(support.Body), "HTTP request to an HTTPS server"):
		return unfit("%s speaks TLS, not plain HTTP: give the target as https://%s", where, client.Target().Host)
	}
	if s.ReadOnly {
		if !looksLikeRegistry(support) {
			return unfit("%s answers, but is no OCI registry: GET /v2/ gives %s; check the host and the port", where, describeAnswer(support))
		}
		return nil
	}
	return reachUpload(ctx, s, client, repository, support)
}

// isOpen says whether the repository can be used without a login.
func isOpen(ctx context.Context, s Settings, repo *wire.Repository) bool {
	if s.ReadOnly {
		return repo.ListTags(ctx).OK()
	}
	upload := repo.StartUpload(ctx)
	location, err := upload.Location()
	if err != nil || !upload.OK() {
		return false
	}
	repo.CancelUpload(ctx, location)
	return true
}

// reachUpload starts an upload to the repository, and gives it up.
func reachUpload(ctx context.Context, s Settings, client *wire.Client, repository string, support *wire.Exchange) error {
	where := wire.RedactURL(client.Target())
	repo := client.Repository(repository)
	upload := repo.StartUpload(ctx)
	if location, err := upload.Location(); err == nil && upload.OK() {
		repo.CancelUpload(ctx, location)
	}
	if upload.Err != nil {
		return cannotReach(where, client, upload.Err)
	}
	_, noLocation := upload.Location()
	switch {
	case upload.OK() && noLocation == nil:
	case upload.Status == http.StatusUnauthorized, upload.Status == http.StatusForbidden:
		return unfit("%s does not let %s write to the repository %s (%s): give a login with --username and --password-stdin, or a repository that it may write to with --repository",
			where, who(s), repository, wire.StatusText(upload.Status))
	case !looksLikeRegistry(support) && !looksLikeRegistry(upload):
		return unfit("%s answers, but is no OCI registry: GET /v2/ gives %s, and an upload cannot be started (%s); check the host and the port",
			where, describeAnswer(support), describeAnswer(upload))
	case upload.Status == http.StatusNotFound, upload.Status == http.StatusMethodNotAllowed:
		return unfit("the repository %s of %s may not be written: an upload is answered %s; give one that may be with --repository, or judge what can be read with --read-only",
			repository, where, wire.StatusText(upload.Status))
	}
	return nil
}

// looksLikeRegistry recognises the answers of a registry, also of a broken one.
func looksLikeRegistry(ex *wire.Exchange) bool {
	if ex.Header.Get("Docker-Distribution-Api-Version") != "" {
		return true
	}
	var body struct {
		Errors []struct {
			Code string `json:"code"`
		} `json:"errors"`
	}
	if ex.JSON(&body) == nil && len(body.Errors) > 0 && body.Errors[0].Code != "" {
		return true
	}
	return ex.Endpoint == wire.EndSupport && ex.Status == http.StatusOK && ex.MediaType() != "text/html"
}

func describeAnswer(ex *wire.Exchange) string {
	text := wire.StatusText(ex.Status)
	if mt := ex.MediaType(); mt != "" {
		text += " as " + mt
	}
	return text
}

func who(s Settings) string {
	if s.Username != "" {
		return "the user " + s.Username
	}
	return "us"
}

func refused(where string, s Settings, what string, ex *wire.Exchange) error {
	if s.Username != "" {
		return unfit("%s refuses the login of %s (%s: %s): check the user name and the password", where, s.Username, what, wire.StatusText(ex.Status))
	}
	return unfit("%s asks for a login (%s: %s): give --username and --password-stdin, or log in with docker login", where, what, wire.StatusText(ex.Status))
}

// cannotReach returns an error that says why there was no answer, and how to mend that.
func cannotReach(where string, client *wire.Client, err error) error {
	var (
		dns       *net.DNSError
		unknownCA x509.UnknownAuthorityError
		wrongName x509.HostnameError
		badCert   x509.CertificateInvalidError
		record    tls.RecordHeaderError
	)
	host := client.Target().Host
	switch {
	case errors.Is(err, wire.ErrCredentials):
		return unfit("%s: %v; check --username and --password-stdin, or log in with docker login", where, err)
	case errors.As(err, &dns):
		return unfit("%s: the name %s is not known: check the spelling", where, dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return unfit("%s: nothing listens there (connection refused): check the host and the port, and that the registry runs", where)
	case errors.Is(err, context.DeadlineExceeded):
		return unfit("%s does not answer: %v; check the host and the port", where, err)
	case errors.As(err, &unknownCA), errors.As(err, &badCert):
		return unfit("%s: the TLS certificate is not trusted: give its CA with --ca-file, or --insecure", where)
	case errors.As(err, &wrongName):
		return unfit("%s: the TLS certificate is for another name: %v; check the host, or give --insecure", where, wrongName)
	case errors.As(err, &record), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return unfit("%s speaks plain HTTP, not TLS: give --plain-http, or the target as http://%s", where, host)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return unfit("%s ends the connection without an answer, %s: check the port, and whether a proxy is in between (%v)", where, during(client), err)
	case strings.Contains(err.Error(), "malformed HTTP"):
		return unfit("%s does not speak HTTP (%v): check the port, or give the target as https://%s", where, err, host)
	}
	return unfit("%s cannot be reached: %v", where, err)
}

// during says what the client was doing when a connection ended.
func during(client *wire.Client) string {
	if client.Target().Scheme == "https" {
		return "in the TLS handshake or after it"
	}
	return "to plain HTTP (give the target as https://" + client.Target().Host + " if it speaks TLS)"
}
