package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Setting can be set by a flag, by a variable or by a key of the file. All three have
// the same name.
type Setting struct {
	// Name is the name of the flag.
	Name string
	// Value is the name of the value in the help; empty for a switch.
	Value string
	// Path says that the value is a path; it is made absolute.
	Path bool
	// Words returns the allowed values, if there are only a few; else nil.
	Words func() []string

	key    string // its key in the file, if that is not Name
	usage  string
	many   bool // takes several values
	secret bool // has no flag, and is never shown
	hidden bool // has no flag for another reason
	// downlevel says that the setting is for assay downlevel, not for assay run.
	downlevel bool
	// set sets one value. If it refuses the value, the error says what is allowed.
	set func(*Config, string) error
	// clear drops the values of a weaker source; nil if they are kept.
	clear func(*Config)
	// get returns the value for a reader; nil if there is none.
	get func(*Config) any
}

// FileKey is its key in the YAML file.
func (s Setting) FileKey() string {
	if s.key != "" {
		return s.key
	}
	return s.Name
}

// Variable is the name of its environment variable.
func (s Setting) Variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// HasFlag says whether there is a flag for the setting: secrets have none.
func (s Setting) HasFlag() bool { return !s.secret && !s.hidden }

// filled returns text for a reader; nil if it is empty.
func filled(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func word(name, value, usage string, field func(*Config) *string, check func(string) error) Setting {
	return Setting{
		Name: name, Value: value, usage: usage,
		set: func(c *Config, text string) error {
			if check != nil {
				if err := check(text); err != nil {
					return err
				}
			}
			*field(c) = text
			return nil
		},
		get: func(c *Config) any { return filled(*field(c)) },
	}
}

// among gives a setting its list of allowed values.
func among(words func() []string, s Setting) Setting {
	s.Words = words
	return s
}

func secret(s Setting) Setting {
	s.secret = true
	return s
}

func file(name, usage string, field func(*Config) *string) Setting {
	s := word(name, "file", usage, field, nil)
	s.Path = true
	return s
}

func folder(name, usage string, field func(*Config) *string) Setting {
	s := file(name, usage, field)
	s.Value = "dir"
	return s
}

// inverted turns a switch into one that is on by default.
func inverted(s Setting) Setting {
	set, get := s.set, s.get
	s.set = func(c *Config, text string) error {
		b, err := parseBool(text)
		if err != nil {
			return err
		}
		return set(c, strconv.FormatBool(!b))
	}
	s.get = func(c *Config) any { return !get(c).(bool) }
	return s
}

func toggle(name, usage string, field func(*Config) *bool) Setting {
	return Setting{
		Name: name, usage: usage,
		set: func(c *Config, text string) (err error) {
			*field(c), err = parseBool(text)
			return err
		},
		get: func(c *Config) any { return *field(c) },
	}
}

func list(name, value, usage string, field func(*Config) *[]string, check func(string) error) Setting {
	return Setting{
		Name: name, Value: value, usage: usage, many: true,
		set: func(c *Config, text string) error {
			if err := check(text); err != nil {
				return err
			}
			*field(c) = append(*field(c), text)
			return nil
		},
		clear: func(c *Config) { *field(c) = nil },
		get: func(c *Config) any {
			if len(*field(c)) == 0 {
				return nil
			}
			return *field(c)
		},
	}
}

func duration(name, usage string, field func(*Config) *time.Duration) Setting {
	return Setting{
		Name: name, Value: "duration", usage: usage,
		set: func(c *Config, text string) error {
			d, err := time.ParseDuration(text)
			if err != nil || d <= 0 {
				return fmt.Errorf("%q is not a duration: want more than zero, such as 90s or 1h30m", text)
			}
			*field(c) = d
			return nil
		},
		get: func(c *Config) any { return durationText(*field(c)) },
	}
}

func number(name, usage string, field func(*Config) *int) Setting {
	return Setting{
		Name: name, Value: "n", usage: usage,
		set: func(c *Config, text string) (err error) {
			*field(c), err = parseCount(text)
			return err
		},
		get: func(c *Config) any { return *field(c) },
	}
}

// durationText returns d without the zeros at the end of its String.
func durationText(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
