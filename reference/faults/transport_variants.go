package faults

import (
	"time"

	require "assay/conformance/requirements"
	. "assay/reference/faults/behaviour"
)

func redirectVariants() []Variant {
	return []Variant{
		elsewhere("redirect-307", "every GET and HEAD is redirected to another host with 307",
			Redirected(307, Is("GET HEAD", Manifests, Blobs, Tags, Referrers))),
		elsewhere("redirect-308", "every GET and HEAD is redirected to another host with 308",
			Redirected(308, Is("GET HEAD", Manifests, Blobs, Tags, Referrers))),
		elsewhere("redirect-302", "every GET is redirected to another host with 302",
			Redirected(302, Is("GET", Manifests, Blobs, Tags, Referrers))),
		elsewhere("redirect-301-1.0", "every GET of a blob is redirected to another host with 301",
			Redirected(301, GetBlob)).in(require.V1_0),
		elsewhere("redirect-303-blob", "every GET of a blob is redirected to another host with 303",
			Redirected(303, GetBlob)),
		elsewhere("redirect-ping", "/v2/ is redirected to another host",
			Redirected(307, Is("GET", Root))),
		elsewhere("redirect-pushes", "every PUT, PATCH and DELETE is redirected to another host with 307",
			Redirected(307, Is("PUT PATCH DELETE", Manifests, Blobs, Session))),
	}
}

func transportVariants() []Variant {
	return []Variant{
		variant("connection-close", "the connection is closed after every answer",
			OnAnswer(Always, Set("Connection", "close"))),
		variant("chunked", "answers to GET have no Content-Length",
			Chunked),
		variant("extra-headers", "every answer has additional headers",
			OnAnswer(Always, Set("X-Served-By", "cache-1"), Add("Set-Cookie", "session=1; Path=/"), Set("Strict-Transport-Security", "max-age=1"))),
	}
}

func waitingVariants() []Variant {
	return []Variant{
		variant("too-many-requests", "some requests are answered 429, with a Retry-After of 0",
			Every(10, Refuse(429, "TOOMANYREQUESTS"), Set("Retry-After", "0"))),
		variant("too-many-requests-date", "some requests are answered 429, with a Retry-After in the past",
			Every(10, Refuse(429, "TOOMANYREQUESTS"), Set("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"))),
		variant("unavailable", "some requests are answered 503, with a Retry-After of 0",
			Every(10, Status(503), Set("Retry-After", "0"))),
		variant("slow", "answers come after 5 milliseconds",
			Slow(5*time.Millisecond)),
		variant("too-many-requests-bare", "some requests are answered 429 without Retry-After",
			Every(100, Refuse(429, "TOOMANYREQUESTS"))).in(require.V1_1),
	}
}
