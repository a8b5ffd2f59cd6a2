// Package access makes the client for the target of a run, with its credential and TLS,
// and sends the first requests. If the target cannot be judged, the error says why in
// one line.
package access

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"assay/wire"
)

// Settings are the target and the way to connect to it. The configuration of every run
// has them.
type Settings struct {
	// Target is host[:port] or a URL; without one, the caller starts the
	// embedded registry and says so.
	Target string
	// Embedded says that the target is Assay's own registry.
	Embedded bool
	// Username and Password are the credential. Without a username, the credential
	// comes from Docker's config.json and its credential helpers.
	Username string
	Password string
	// PlainHTTP speaks HTTP to a target without a scheme; loopback addresses
	// always do.
	PlainHTTP bool
	// Insecure accepts any TLS certificate.
	Insecure bool
	// CAFile, ClientCert and ClientKey are paths of PEM files.
	CAFile     string
	ClientCert string
	ClientKey  string
	wire.Manners
	// Version is the version of the program, for the User-Agent and the report.
	Version string
}

// Connect makes the client of a run. An error is about the configuration: it names the
// value and says what is allowed.
func Connect(s Settings) (*wire.Client, error) {
	target, err := wire.ParseTarget(s.Target, s.PlainHTTP)
	if err != nil {
		return nil, err
	}
	tlsConfig, err := TLS(s)
	if err != nil {
		return nil, err
	}
	credential, err := credential(s, target.Host)
	if err != nil {
		return nil, err
	}
	return wire.New(wire.Options{
		Target: target, Credential: credential, TLS: tlsConfig,
		Manners: s.Manners, UserAgent: "assay/" + s.Version,
	}), nil
}

// TLS is how the servers are checked, and what they are shown: it accepts the CA of the
// settings besides those of the system. An error names the file.
func TLS(s Settings) (*tls.Config, error) {
	// Skipping the verification is what the user asked for by name.
	t := &tls.Config{InsecureSkipVerify: s.Insecure, MinVersion: tls.VersionTLS12} //nolint:gosec
	if s.CAFile != "" {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			return nil, fmt.Errorf("the CA file: %w", err)
		}
		if t.RootCAs, err = x509.SystemCertPool(); err != nil {
			t.RootCAs = x509.NewCertPool()
		}
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the CA file %s contains no PEM certificate", s.CAFile)
		}
	}
	if (s.ClientCert == "") != (s.ClientKey == "") {
		return nil, fmt.Errorf("a client certificate needs both --client-cert and --client-key")
	}
	if s.ClientCert != "" {
		pair, err := tls.LoadX509KeyPair(s.ClientCert, s.ClientKey)
		if err != nil {
			return nil, fmt.Errorf("the client certificate: %w", err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}

// credential returns a function with the credential for the target's own host. Other
// hosts get none, even if Docker's configuration has one for them. It returns nil if
// there is no credential.
func credential(s Settings, host string) (auth.CredentialFunc, error) {
	find := func(context.Context, string) (auth.Credential, error) {
		return auth.Credential{Username: s.Username, Password: s.Password}, nil
	}
	if s.Username == "" {
		if s.Embedded {
			return nil, nil
		}
		store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
		if err != nil {
			return nil, fmt.Errorf("Docker's configuration: %w", err)
		}
		find = credentials.Credential(store)
	}
	return func(ctx context.Context, hostport string) (auth.Credential, error) {
		if hostport != host {
			return auth.EmptyCredential, nil
		}
		return find(ctx, hostport)
	}, nil
}

// Login returns the user and the password for the target, for programs that log in by
// themselves; empty if there are none.
func Login(ctx context.Context, s Settings) (username, password string, err error) {
	target, err := wire.ParseTarget(s.Target, s.PlainHTTP)
	if err != nil {
		return "", "", err
	}
	find, err := credential(s, target.Host)
	if err != nil || find == nil {
		return "", "", err
	}
	found, err := find(ctx, target.Host)
	if err != nil {
		return "", "", fmt.Errorf("the credential of %s: %w", target.Host, err)
	}
	return found.Username, found.Password, nil
}
