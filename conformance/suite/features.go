package suite

import (
	"context"
	"fmt"

	"assay/conformance/spec"
	"assay/reports"
)

// Feature is an optional part of the specification.
type Feature string

// The features that Assay probes before the run, or that the user declares.
const (
	Push           Feature = "push"
	TagDelete      Feature = "tag-delete"
	ManifestDelete Feature = "manifest-delete"
	BlobDelete     Feature = "blob-delete"
	Referrers      Feature = "referrers"
	SinglePost     Feature = "single-post"
	Mount          Feature = "mount"
	Cancel         Feature = "upload-cancel"
	Ranges         Feature = "range-requests"
	SHA512         Feature = "sha512"
	TagParameters  Feature = "tag-parameters"
	TypeFilter     Feature = "artifact-type-filter"
)

// AllFeatures lists the features in the order of reports.
func AllFeatures() []Feature {
	return []Feature{Push, SinglePost, Mount, Cancel, TagDelete, ManifestDelete, BlobDelete, Referrers, TypeFilter, Ranges, SHA512, TagParameters}
}

// Support says whether the target has a feature.
type Support string

// Unknown is the state after a probe that failed for another reason. The specs
// then run, and say what is wrong.
const (
	Supported   Support = "supported"
	Unsupported Support = "unsupported"
	Unknown     Support = "unknown"
)

// Known is the state of a feature, and the reason for it.
type Known struct {
	State Support `json:"state"`
	How   string  `json:"how"`
}

// Features has the state of each feature.
type Features map[Feature]Known

// Has is false only for features that are known to be absent.
func (f Features) Has(name Feature) bool { return f[name].State != Unsupported }

// Has says whether the target has the feature, or may have it.
func Has(ctx context.Context, f Feature) bool { return of(ctx).run.Features.Has(f) }

// Need ends the spec as unsupported unless the target has the feature.
func Need(ctx context.Context, f Feature) {
	if known := of(ctx).run.Features[f]; known.State == Unsupported {
		FeatureMissing(f, known.How)
	} else if s := of(ctx); known.State == Unknown {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.unclear = append(s.unclear, fmt.Sprintf("%s (%s)", f, known.How))
	}
}

// NeedUnsupported ends the spec as unsupported when the target has the feature. It is for
// requirements on how a registry answers when the feature is missing.
func NeedUnsupported(ctx context.Context, f Feature) {
	if known := of(ctx).run.Features[f]; known.State != Unsupported {
		NotApplicable(fmt.Sprintf("%s is supported; the requirement is about registries that do not support it", f))
	}
}

// FeatureMissing ends the spec as unsupported: the target lacks the optional feature. how
// says what showed it.
func FeatureMissing(f Feature, how string) {
	NotApplicable(fmt.Sprintf("%s is not supported: %s", f, how))
}

// NotApplicable ends the spec as unsupported: the requirement does not apply to the
// registry. The sentence why gives the reason.
func NotApplicable(why string) {
	spec.End(conclusion{outcome: reports.Unsupported, message: why})
}
