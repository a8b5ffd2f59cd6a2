package compare

import (
	"encoding/json"
	"io"

	"assay/reports"
)

// WriteJSON writes the comparison as JSON that is safe to print.
func (c *Comparison) WriteJSON(w io.Writer) error {
	data, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(reports.SafeJSON(data), '\n'))
	return err
}
