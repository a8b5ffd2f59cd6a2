package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Setting is one thing that can be configured: by a flag, by a variable, by a
// key of the file, all of one name.
type Setting struct {
	// Name is what the flag is called.
	Name string
	// Value is what the help calls the value; empty for a switch.
	Value string
	// Path says that the value is a path; it is made absolute.
	Path bool
	// Words are what the value may be, where that is one of a few; else nil.
	Words func() []string

	key    string // in the file, where it is not Name
	usage  string
	many   bool // takes several values
	secret bool // has no flag, and is never shown
	hidden bool // has no flag for another reason
	// downlevel says that the setting is of downlevel runs, not of judging a
	// registry.
	downlevel bool
	// set takes one value; it says what is allowed when it refuses it.
	set func(*Config, string) error
	// clear drops the values of a weaker source; nil where they are kept.
	clear func(*Config)
	// get is the value for a reader; nil when there is none.
	get func(*Config) any
}

func (s Setting) fileKey() string {
	if s.key != "" {
		return s.key
	}
	return s.Name
}

func (s Setting) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// HasFlag says whether there is a flag for the setting: secrets have none.
func (s Setting) HasFlag() bool { return !s.secret && !s.hidden }

// filled is text for a reader: nil when it is empty.
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

// among gives a setting the words that its value is one of.
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

// inverted makes a switch one that is on unless it is turned off.
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
				return fmt.Errorf("%q is no duration: want more than zero, such as 90s or 1h30m", text)
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

// durationText is d without the zeros that its String ends with.
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
