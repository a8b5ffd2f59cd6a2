package obtained

// ReadUpTo is Read with another limit, in bytes.
func ReadUpTo(name string, limit int64) (Content, error) { return read(name, limit) }
