package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"assay/conformance"
)

// config is what a run is told: what the suite takes, and what only the
// command needs.
type config struct {
	conformance.Config
	Out           string
	PasswordStdin bool
	// KnownFailuresFile is read by check, once it is known where it is.
	KnownFailuresFile string

	// What downlevel runs take besides.
	Prefix        string
	Toolchains    []string
	Profile       string
	Declarations  string
	Cache         string
	Mechanisms    []string
	Verbs         []string
	ActionTimeout time.Duration
	Jobs          int
	NoReferrers   bool

	origins map[string]origin // of each value that is not a default, by setting
}

// setting is one thing that can be configured: by a flag, by a variable, by a
// key of the file, all of one name.
type setting struct {
	name   string
	key    string // in the file, where it is not name
	value  string // what the help calls the value; empty for a switch
	usage  string
	many   bool // takes several values
	path   bool // a path, made absolute
	secret bool // has no flag, and is never shown
	hidden bool // has no flag for another reason
	// downlevel says that the setting is of downlevel runs, not of judging a
	// registry.
	downlevel bool
	// set takes one value; it says what is allowed when it refuses it.
	set func(*config, string) error
	// clear drops the values of a weaker source; nil where they are kept.
	clear func(*config)
	// get is the value for a reader; nil when there is none.
	get func(*config) any
}

func (s setting) fileKey() string {
	if s.key != "" {
		return s.key
	}
	return s.name
}

func (s setting) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

func (s setting) hasFlag() bool { return !s.secret && !s.hidden }

// filled is text for a reader: nil when it is empty.
func filled(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func word(name, value, usage string, field func(*config) *string, check func(string) error) setting {
	return setting{
		name: name, value: value, usage: usage,
		set: func(c *config, text string) error {
			if check != nil {
				if err := check(text); err != nil {
					return err
				}
			}
			*field(c) = text
			return nil
		},
		get: func(c *config) any { return filled(*field(c)) },
	}
}

func secret(s setting) setting {
	s.secret = true
	return s
}

func file(name, usage string, field func(*config) *string) setting {
	s := word(name, "file", usage, field, nil)
	s.path = true
	return s
}

func folder(name, usage string, field func(*config) *string) setting {
	s := file(name, usage, field)
	s.value = "dir"
	return s
}

// inverted makes a switch one that is on unless it is turned off.
func inverted(s setting) setting {
	set, get := s.set, s.get
	s.set = func(c *config, text string) error {
		b, err := parseBool(text)
		if err != nil {
			return err
		}
		return set(c, strconv.FormatBool(!b))
	}
	s.get = func(c *config) any { return !get(c).(bool) }
	return s
}

func toggle(name, usage string, field func(*config) *bool) setting {
	return setting{
		name: name, usage: usage,
		set: func(c *config, text string) (err error) {
			*field(c), err = parseBool(text)
			return err
		},
		get: func(c *config) any { return *field(c) },
	}
}

func list(name, value, usage string, field func(*config) *[]string, check func(string) error) setting {
	return setting{
		name: name, value: value, usage: usage, many: true,
		set: func(c *config, text string) error {
			if err := check(text); err != nil {
				return err
			}
			*field(c) = append(*field(c), text)
			return nil
		},
		clear: func(c *config) { *field(c) = nil },
		get: func(c *config) any {
			if len(*field(c)) == 0 {
				return nil
			}
			return *field(c)
		},
	}
}

func duration(name, usage string, field func(*config) *time.Duration) setting {
	return setting{
		name: name, value: "duration", usage: usage,
		set: func(c *config, text string) error {
			d, err := time.ParseDuration(text)
			if err != nil || d <= 0 {
				return fmt.Errorf("%q is no duration: want more than zero, such as 90s or 1h30m", text)
			}
			*field(c) = d
			return nil
		},
		get: func(c *config) any { return durationText(*field(c)) },
	}
}

func number(name, usage string, field func(*config) *int) setting {
	return setting{
		name: name, value: "n", usage: usage,
		set: func(c *config, text string) (err error) {
			*field(c), err = parseCount(text)
			return err
		},
		get: func(c *config) any { return *field(c) },
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
