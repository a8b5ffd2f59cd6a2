package client

// Habits are the choices that the specifications leave to a client. With the zero
// value, the client sends few requests, and asks before it sends content.
type Habits struct {
	// Ping asks for /v2/ before everything else.
	Ping bool
	// HeadManifest asks with HEAD for a manifest before it is pulled.
	HeadManifest bool
	// HeadPulledBlob asks with HEAD for a blob before it is pulled.
	HeadPulledBlob bool
	// ConfigLast pulls and pushes the config after the layers.
	ConfigLast bool
	// Parallel pulls and pushes the blobs of a manifest at the same time.
	Parallel bool
	// Twice pulls everything a second time.
	Twice bool
	// Ranges pulls blobs in this many ranges; 0 pulls them whole.
	Ranges int64
	// Restart pulls a blob again from its beginning when the connection broke.
	Restart bool

	// NoHead pushes blobs without asking whether they are there.
	NoHead bool
	// HeadPushedManifest asks whether a manifest is there, and pushes only what is not.
	HeadPushedManifest bool
	// Chunks pushes blobs in this many chunks, or fewer if the registry wants larger ones;
	// 0 pushes them whole.
	Chunks int64
	// LastInPut sends the last chunk in the PUT that closes the upload.
	LastInPut bool
	// Stream pushes blobs in one PATCH without a Content-Range.
	Stream bool
	// Poll asks for the state of an upload after each chunk.
	Poll bool
	// SinglePost tries to push blobs with one POST.
	SinglePost bool
	// NoMount uploads what could be mounted.
	NoMount bool
	// DigestThenTag pushes a manifest by its digest before it pushes it by its tag.
	DigestThenTag bool
	// TagParameter pushes a manifest by its digest and names the tag in the query.
	TagParameter bool

	// TagPage asks for this many tags a page; 0 leaves it to the registry.
	TagPage int
	// NoFilter lists all referrers and selects them here.
	NoFilter bool
	// AskReferrers asks for the referrers API before a manifest with a subject is pushed.
	AskReferrers bool
	// Unconfirmed does not read a referrers tag again after it was pushed.
	Unconfirmed bool
	// Unconditional pushes a referrers tag without If-Match.
	Unconditional bool
	// DeleteByDigest deletes the manifest of a tag, not only the tag.
	DeleteByDigest bool
	// DeleteEmptyList deletes a referrers tag whose list got empty.
	DeleteEmptyList bool
}
