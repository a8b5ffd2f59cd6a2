package faults_test

import (
	"testing"

	"assay/reference/faults"
)

func TestCount(t *testing.T) {
	t.Log(len(faults.Faults()), len(faults.Variants()))
}
