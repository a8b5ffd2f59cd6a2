package cli

import (
	"fmt"
	"maps"
	"slices"
)

// shape has the keys that a mapping may have, each with the shape of its value. A nil
// shape is not looked into. The key * stands for names that the user chooses, and a list
// has the shape of its items.
type shape map[string]shape

// unknown returns the paths of the keys in value that the shape does not have.
func (s shape) unknown(path string, value any) []string {
	var bad []string
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			inner, ok := s[key]
			if !ok {
				inner, ok = s["*"]
			}
			at := path + "." + key
			if !ok {
				bad = append(bad, at)
			} else if inner != nil {
				bad = append(bad, inner.unknown(at, value[key])...)
			}
		}
	case []any:
		for i, item := range value {
			bad = append(bad, s.unknown(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	default:
		bad = append(bad, path+" is no mapping")
	}
	return bad
}

// names is a shape with keys whose values are not looked into.
func names(keys ...string) shape {
	s := shape{}
	for _, key := range keys {
		s[key] = nil
	}
	return s
}

// with is s with further keys.
func (s shape) with(more shape) shape {
	all := maps.Clone(s)
	maps.Copy(all, more)
	return all
}

// The shapes of the examples, from the references of these systems. They have what the
// examples need, and not all that there is.
var (
	gitlabShape = shape{"stages": nil, "*": names("stage", "image", "variables", "before_script", "script", "rules", "allow_failure").with(shape{
		"artifacts": names("when", "paths", "expire_in").with(shape{"reports": names("junit", "codequality")}),
	})}

	composeShape = shape{"services": {"*": names("image", "command", "environment", "volumes", "ports").with(shape{
		"healthcheck": names("test", "interval", "retries", "timeout", "start_period"),
		"depends_on":  {"*": names("condition")},
	})}}

	metadataShape = names("name", "namespace", "labels", "annotations")
	claimShape    = names("apiVersion", "kind").with(shape{
		"metadata": metadataShape,
		"spec":     names("accessModes", "storageClassName").with(shape{"resources": {"requests": names("storage")}}),
	})
	jobShape = names("apiVersion", "kind").with(shape{
		"metadata": metadataShape,
		"spec": names("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "completions", "parallelism", "completionMode").with(shape{
			"template": {"metadata": metadataShape, "spec": names("restartPolicy", "automountServiceAccountToken", "serviceAccountName").with(shape{
				"securityContext": names("runAsNonRoot", "runAsUser", "runAsGroup", "fsGroup").with(shape{"seccompProfile": names("type")}),
				"containers": names("name", "image", "args", "command").with(shape{
					"env":             names("name", "value").with(shape{"valueFrom": {"secretKeyRef": names("name", "key", "optional")}}),
					"resources":       {"requests": names("cpu", "memory"), "limits": names("cpu", "memory")},
					"securityContext": names("allowPrivilegeEscalation", "readOnlyRootFilesystem").with(shape{"capabilities": names("drop", "add")}),
					"volumeMounts":    names("name", "mountPath", "readOnly", "subPath"),
				}),
				"volumes": names("name").with(shape{"persistentVolumeClaim": names("claimName", "readOnly"), "emptyDir": nil}),
			})},
		}),
	})

	stepShape     = names("name", "id", "if", "uses", "with", "env", "run", "shell", "continue-on-error", "working-directory")
	workflowShape = names("name", "on", "permissions", "env").with(shape{"jobs": {"*": names("name", "runs-on", "needs", "if", "env", "timeout-minutes").with(shape{
		"strategy": names("matrix", "fail-fast"),
		"services": {"*": names("image", "ports", "env", "options")},
		"steps":    stepShape,
	})}})
)
