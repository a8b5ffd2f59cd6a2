package proposal

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// text is a function that makes a short text of a text.
func text(name string, f func(string) string) cel.EnvOption {
	return cel.Function(name, cel.Overload(name+"_string", []*cel.Type{cel.StringType}, cel.StringType, cel.UnaryBinding(func(v ref.Val) ref.Val {
		s, ok := v.Value().(string)
		if !ok {
			return types.MaybeNoSuchOverloadErr(v)
		}
		return types.String(f(s))
	})))
}

// ReferrersTag is the tag under which clients list the referrers of a digest where there is no
// referrers API (distribution-spec, "Referrers Tag Schema").
func ReferrersTag(subject string) string {
	valid := func(s string, most int) string {
		return strings.Map(func(r rune) rune {
			if r == '_' || r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				return r
			}
			return '-'
		}, s[:min(len(s), most)])
	}
	algorithm, encoded, _ := strings.Cut(subject, ":")
	return valid(algorithm, 32) + "-" + valid(encoded, 64)
}

// hexOf is the part of a digest behind its algorithm.
func hexOf(digest string) string {
	_, encoded, _ := strings.Cut(digest, ":")
	return encoded
}

// signature signs bytes with a key that is made from a nonce, of the kind that cosign
// makes: ECDSA on P-256 over the SHA-256 of the bytes. Without a source of random bytes
// the signature is the same each time (RFC 6979). The text is in base64.
func signature(nonce, data ref.Val) ref.Val {
	text, isText := nonce.Value().(string)
	signed, isBytes := data.Value().([]byte)
	if !isText || !isBytes {
		return types.MaybeNoSuchOverloadErr(nonce)
	}
	seed := sha256.Sum256([]byte("the key of " + text))
	seed[0] = 0 // so that it is below the order of the curve
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:])
	if err != nil {
		return types.WrapErr(err)
	}
	sum := sha256.Sum256(signed)
	made, err := key.Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		return types.WrapErr(err)
	}
	return types.String(base64.StdEncoding.EncodeToString(made))
}

// explain says what the left side of the outermost comparison is. Of conditions that
// are joined by &&, it takes the first one that does not hold.
func (x *expression) explain(in Environment) string {
	_, details, err := x.tracked.Eval(map[string]any(in))
	if err != nil {
		return err.Error()
	}
	at := x.ast.NativeRep().Expr()
	for at.Kind() == ast.CallKind && at.AsCall().FunctionName() == "_&&_" {
		left, right := at.AsCall().Args()[0], at.AsCall().Args()[1]
		if val, ok := details.State().Value(left.ID()); ok && val == types.False {
			at = left
		} else {
			at = right
		}
	}
	if at.Kind() == ast.CallKind && len(at.AsCall().Args()) > 0 {
		if val, ok := details.State().Value(at.AsCall().Args()[0].ID()); ok && !types.IsUnknownOrError(val) {
			if shown, err := plain(val); err == nil {
				data, _ := json.Marshal(shown)
				return fmt.Sprintf("%.300s", data)
			}
		}
	}
	return "false"
}
