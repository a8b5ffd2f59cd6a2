package proposal

import (
	"context"
	"fmt"

	"assay/fixtures"
)

// made makes the documents with two nonces: no manifest may be the same, because specs
// run at the same time.
func (c *checker) made() {
	var both [2]*Made
	for i, nonce := range []string{"0123456789abcdef", "fedcba9876543210"} {
		made, err := c.Make(context.Background(), Base{Nonce: nonce, Image: fixtures.NewImage(nonce), Arm64: func() fixtures.Manifest { return fixtures.NewImage(nonce + "arm64") }})
		if err != nil {
			c.wrong(err)
			return
		}
		both[i] = made
	}
	for i, d := range c.Documents {
		if one, other := both[0].Manifests[d.Name], both[1].Manifests[d.Name]; d.IsManifest() && one.Digest == other.Digest {
			c.wrong(fmt.Errorf("the document %s is the same in each run: put ${nonce} into it, such as into an annotation", d.Name), "documents", i)
		}
	}
	for i, r := range c.Requirements {
		for k, s := range r.Exchanges {
			if s.Copies > 0 {
				c.copied(s.Push, "requirements", i, "exchanges", k, "copies")
			}
		}
	}
}

// copied makes two copies of a document: they may not be the same.
func (c *checker) copied(name string, keys ...any) {
	image, other := fixtures.NewImage("copied"), func() fixtures.Manifest { return fixtures.NewImage("copied arm64") }
	var both [2]*Made
	for i := range both {
		made, err := c.Make(context.Background(), Base{Nonce: "copied", Image: image, Arm64: other, Copy: i + 1}, name)
		if err != nil {
			return // made tells
		}
		both[i] = made
	}
	if both[0].Env[name] == both[1].Env[name] {
		c.wrong(fmt.Errorf("the copies of %s are all the same: put ${copy} into it, such as into an annotation", name), keys...)
	}
}
