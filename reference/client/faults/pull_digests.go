package faults

import (
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"

	require "assay/conformance/requirements"
	"assay/reference/client"
	. "assay/reference/client/faults/behaviour"
)

// verifies makes a client check manifests only where it should.
func verifies(only func(client.Pulled) bool) Change {
	return Break(func(r *client.Rules) {
		verify := r.Verify
		r.Verify = func(p client.Pulled) error {
			if only(p) {
				return verify(p)
			}
			return nil
		}
		r.VerifyHeader = func(string, []byte) error { return nil }
	})
}

// checksBlobs makes a client check blobs only where it should; of the others only the
// size.
func checksBlobs(only func(client.Received) bool) Change {
	return Break(func(r *client.Rules) {
		verify := r.VerifyBlob
		r.VerifyBlob = func(b client.Received) error {
			if only(b) || int64(len(b.Content)) != b.Want.Size {
				return verify(b)
			}
			return nil
		}
		r.VerifyHeader = func(string, []byte) error { return nil }
	})
}

// trustsHeader makes a client take a manifest's digest from the answer.
func trustsHeader(r *client.Rules) {
	r.VerifyHeader = func(string, []byte) error { return nil }
	r.Name = func(p client.Pulled) digest.Digest {
		if d, err := digest.Parse(p.Exchange.Header.Get("Docker-Content-Digest")); err == nil {
			return d
		}
		return digest.FromBytes(p.Body)
	}
}

func manifestDigestFaults() []Fault {
	return []Fault{
		fault("manifest-header-trusted", "a manifest's digest is taken from Docker-Content-Digest without a check",
			Break(trustsHeader), require.ClientPullManifestDigestHeader),
		fault("manifest-header-trusted-attach", "attach takes the digest of the subject from Docker-Content-Digest without a check",
			Only("attach", Break(trustsHeader)), require.ClientPullManifestDigestHeader),
		fault("manifest-header-then-get", "a tag is resolved by HEAD, and the manifest pulled by that digest is not checked",
			Chain(With(func(h *client.Habits) { h.HeadManifest = true }), verifies(func(client.Pulled) bool { return false })),
			require.ClientPullManifestDigestHeader, require.ClientPullManifestDigest),
		fault("manifest-unverified", "a manifest is not compared with the digest that it was asked for by",
			verifies(func(client.Pulled) bool { return false }), require.ClientPullManifestDigest),
		fault("manifest-unverified-child", "the manifests of an index are not compared with their digests",
			verifies(func(p client.Pulled) bool { return !p.Child }), require.ClientPullManifestDigest),
		fault("manifest-unverified-copy", "of what is copied, the manifests of an index are not compared with their digests",
			Only("copy", verifies(func(p client.Pulled) bool { return !p.Child })), require.ClientPullManifestDigest),
		fault("manifest-unverified-root", "only the manifests of an index are compared with their digests",
			verifies(func(p client.Pulled) bool { return p.Child }), require.ClientPullManifestDigest),
		fault("manifest-unverified-sha512", "a manifest is not compared with a SHA-512 digest",
			verifies(func(p client.Pulled) bool { return !strings.HasPrefix(p.Asked, "sha512") }), require.ClientPullManifestDigest),
		fault("manifest-verified-by-size", "a manifest of an index is compared with its size only",
			verifies(func(p client.Pulled) bool { return !p.Child && strings.HasPrefix(p.Asked, "sha512") }), require.ClientPullManifestDigest),
	}
}

func blobFaults() []Fault {
	never := func(client.Received) bool { return false }
	return []Fault{
		fault("blob-unverified", "a blob is not compared with its digest", checksBlobs(never), require.ClientPullBlobDigest),
		fault("blob-unverified-config", "a config is not compared with its digest",
			checksBlobs(func(b client.Received) bool { return !b.Config }), require.ClientPullBlobDigest),
		fault("blob-unverified-unknown-type", "a blob of an unknown type is not compared with its digest",
			checksBlobs(func(b client.Received) bool { return strings.HasPrefix(b.Want.MediaType, "application/vnd.oci.image.") }), require.ClientPullBlobDigest),
		fault("blob-unverified-layer", "a layer is not compared with its digest",
			checksBlobs(func(b client.Received) bool { return b.Config }), require.ClientPullBlobDigest),
		fault("blob-header-trusted", "a blob's Docker-Content-Digest is compared with what was asked for, and the content with neither",
			Chain(checksBlobs(never), FailsOn(GetBlob, OtherDigestHeader)), require.ClientPullBlobDigestHeader, require.ClientPullBlobDigest),
		fault("blob-header-preferred", "a blob is stored, whatever it is, if its Docker-Content-Digest is another one than was asked for",
			checksBlobs(func(b client.Received) bool {
				header := b.Exchange.Header.Get("Docker-Content-Digest")
				return header == "" || header == b.Want.Digest.String()
			}), require.ClientPullBlobDigestHeader),
		fault("blob-unverified-large", "a large blob is not compared with its digest",
			checksBlobs(func(b client.Received) bool { return b.Want.Size < 64<<10 }), require.ClientPullBlobDigest),
		fault("blob-unverified-after-redirect", "a blob that came from another host is not compared with its digest",
			checksBlobs(func(b client.Received) bool { return len(b.Exchange.Hops) == 0 }), require.ClientPullBlobDigest),
		fault("blob-short-accepted", "a blob that is too short is accepted",
			anyBlob(func(b client.Received) bool { return int64(len(b.Content)) < b.Want.Size }), require.ClientPullBlobTruncated),
		fault("blob-short-accepted-layer", "a layer that is too short is accepted",
			anyBlob(func(b client.Received) bool { return !b.Config && int64(len(b.Content)) < b.Want.Size }), require.ClientPullBlobTruncated),
		fault("blob-long-cut", "what comes after the end of a blob is thrown away",
			Chain(cutsBlobs, OnRequest(GetBlob, Endless)), require.ClientPullBlobLonger),
		fault("blob-long-cut-config", "what comes after the end of a small blob is thrown away",
			cutsBlobs, require.ClientPullBlobLonger),
		fault("blob-endless-read", "a blob without end is read on and on",
			OnRequest(GetBlob, Endless), require.ClientPullBlobEndless, require.ClientAccessEnds),
		fault("blob-reset-accepted", "what came before the connection broke is taken for the whole blob",
			Chain(OnAnswer(GetBlob, Settled), anyBlob(func(b client.Received) bool { return int64(len(b.Content)) < b.Exchange.ContentLength })),
			require.ClientPullBlobReset),
		fault("blob-resumed-unverified", "a blob that was resumed is not compared with its digest, and the rest is asked for one byte too late",
			Chain(anyBlob(func(b client.Received) bool { return b.Resumed }), OnRequest(GetBlob.And(WithHeader("Range")), HeaderFrom("Range", OneLater)), OnAnswer(GetBlob.And(WithHeader("Range")), BeginsEarlier)),
			require.ClientPullBlobReset, require.ClientPullBlobResume),
		fault("blob-resume-one-late", "the rest of a blob is asked for one byte too late",
			OnRequest(GetBlob.And(WithHeader("Range")), HeaderFrom("Range", OneLater)), require.ClientPullBlobResume),
		fault("blob-resume-from-one", "the rest of a blob is asked for from its second byte on",
			OnRequest(GetBlob.And(WithHeader("Range")), HeaderFrom("Range", func(string) string { return "bytes=1-" })), require.ClientPullBlobResume),
		fault("blob-resume-all", "after a broken connection, a range of the whole blob is asked for",
			OnRequest(GetBlob.And(WithHeader("Range")), HeaderFrom("Range", func(string) string { return "bytes=0-" })), require.ClientPullBlobResume),
	}
}

// anyBlob makes a client accept the blobs that match, whatever they are.
func anyBlob(accepted func(client.Received) bool) Change {
	return Break(func(r *client.Rules) {
		verify := r.VerifyBlob
		r.VerifyBlob = func(b client.Received) error {
			if accepted(b) {
				return nil
			}
			return verify(b)
		}
		r.VerifyHeader = func(string, []byte) error { return nil }
	})
}

// refusesConfigs makes a client refuse configs with a text.
func refusesConfigs(text string) Change {
	return Break(func(r *client.Rules) {
		verify := r.VerifyBlob
		r.VerifyBlob = func(b client.Received) error {
			if b.Config && strings.Contains(string(b.Content), text) {
				return fmt.Errorf("the config has the field %s", text)
			}
			return verify(b)
		}
	})
}

// cutsBlobs makes a client take only as much of a blob as its descriptor says.
var cutsBlobs = Break(func(r *client.Rules) {
	verify := r.VerifyBlob
	r.VerifyBlob = func(b client.Received) error {
		b.Content = b.Content[:min(int64(len(b.Content)), b.Want.Size)]
		return verify(b)
	}
	r.VerifyHeader = func(string, []byte) error { return nil }
})
