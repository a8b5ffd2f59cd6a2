// Package access gets at the target of a run: the client with its credential
// and TLS, and the first questions, which say in one line why a target cannot
// be judged.
package access

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"

	"assay/wire"
)

// Options say where the target is and how it is spoken to.
type Options struct {
	// Target is host[:port] or a URL.
	Target string
	// Embedded says that it is Assay's own registry.
	Embedded bool
	// Username and Password are the credential; without a username Docker's
	// config.json and its credential helpers are asked.
	Username, Password string
	// PlainHTTP speaks HTTP to a target without a scheme; Insecure accepts any
	// TLS certificate.
	PlainHTTP, Insecure bool
	// CAFile, ClientCert and ClientKey are paths of PEM files.
	CAFile, ClientCert, ClientKey string
	// ReadOnly refuses to send what could change the registry.
	ReadOnly bool
	// RequestTimeout bounds one request.
	RequestTimeout time.Duration
	// Version is the version of the program, for the User-Agent.
	Version string
}

// Connect makes the client of a run. An error is one of the configuration:
// which value, and what is allowed.
func Connect(o Options) (*wire.Client, error) {
	target, err := wire.ParseTarget(o.Target, o.PlainHTTP)
	if err != nil {
		return nil, err
	}
	tlsConfig, err := tlsConfig(o)
	if err != nil {
		return nil, err
	}
	credential, err := credential(o, target.Host)
	if err != nil {
		return nil, err
	}
	return wire.New(wire.Options{
		Target: target, Credential: credential, TLS: tlsConfig,
		RequestTimeout: o.RequestTimeout, ReadOnly: o.ReadOnly, UserAgent: "assay/" + o.Version,
	}), nil
}

func tlsConfig(o Options) (*tls.Config, error) {
	// Skipping the verification is what the user asked for by name.
	t := &tls.Config{InsecureSkipVerify: o.Insecure, MinVersion: tls.VersionTLS12} //nolint:gosec
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("the CA file: %w", err)
		}
		if t.RootCAs, err = x509.SystemCertPool(); err != nil {
			t.RootCAs = x509.NewCertPool()
		}
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the CA file %s holds no PEM certificate", o.CAFile)
		}
	}
	if (o.ClientCert == "") != (o.ClientKey == "") {
		return nil, fmt.Errorf("a client certificate needs both --client-cert and --client-key")
	}
	if o.ClientCert != "" {
		pair, err := tls.LoadX509KeyPair(o.ClientCert, o.ClientKey)
		if err != nil {
			return nil, fmt.Errorf("the client certificate: %w", err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}

// credential gives the target's own host its credential, and no other host
// any, whatever Docker's configuration holds for it; nil when there is none.
func credential(o Options, host string) (auth.CredentialFunc, error) {
	find := func(context.Context, string) (auth.Credential, error) {
		return auth.Credential{Username: o.Username, Password: o.Password}, nil
	}
	if o.Username == "" {
		if o.Embedded {
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

// Login is the user and the password for the target, for programs that log in
// by themselves; empty when there are none.
func Login(ctx context.Context, o Options) (username, password string, err error) {
	target, err := wire.ParseTarget(o.Target, o.PlainHTTP)
	if err != nil {
		return "", "", err
	}
	find, err := credential(o, target.Host)
	if err != nil || find == nil {
		return "", "", err
	}
	found, err := find(ctx, target.Host)
	if err != nil {
		return "", "", fmt.Errorf("the credential of %s: %w", target.Host, err)
	}
	return found.Username, found.Password, nil
}
