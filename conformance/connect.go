package conformance

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

// connect makes the client of a run. An error is one of the configuration:
// which value, and what is allowed.
func connect(cfg Config) (*wire.Client, error) {
	target, err := wire.ParseTarget(cfg.Target, cfg.PlainHTTP)
	if err != nil {
		return nil, err
	}
	tlsConfig, err := tlsConfig(cfg)
	if err != nil {
		return nil, err
	}
	credential, err := credential(cfg, target.Host)
	if err != nil {
		return nil, err
	}
	return wire.New(wire.Options{
		Target: target, Credential: credential, TLS: tlsConfig,
		RequestTimeout: cfg.RequestTimeout, ReadOnly: cfg.ReadOnly, UserAgent: "assay/" + cfg.Version,
	}), nil
}

func tlsConfig(cfg Config) (*tls.Config, error) {
	// Skipping the verification is what the user asked for by name.
	t := &tls.Config{InsecureSkipVerify: cfg.Insecure, MinVersion: tls.VersionTLS12} //nolint:gosec
	if cfg.CAFile != "" {
		pem, err := os.ReadFile(cfg.CAFile)
		if err != nil {
			return nil, fmt.Errorf("the CA file: %w", err)
		}
		if t.RootCAs, err = x509.SystemCertPool(); err != nil {
			t.RootCAs = x509.NewCertPool()
		}
		if !t.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the CA file %s holds no PEM certificate", cfg.CAFile)
		}
	}
	if (cfg.ClientCert == "") != (cfg.ClientKey == "") {
		return nil, fmt.Errorf("a client certificate needs both --client-cert and --client-key")
	}
	if cfg.ClientCert != "" {
		pair, err := tls.LoadX509KeyPair(cfg.ClientCert, cfg.ClientKey)
		if err != nil {
			return nil, fmt.Errorf("the client certificate: %w", err)
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}

// credential gives the target's own host its credential, and no other host
// any, whatever Docker's configuration holds for it.
func credential(cfg Config, host string) (auth.CredentialFunc, error) {
	find := func(context.Context, string) (auth.Credential, error) {
		return auth.Credential{Username: cfg.Username, Password: cfg.Password}, nil
	}
	if cfg.Username == "" {
		if cfg.Embedded {
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
