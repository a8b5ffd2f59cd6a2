package behaviour

import "slices"

// FirstAlone is a list of the first entry alone.
func FirstAlone[T any](list []T) []T { return list[:min(1, len(list))] }

// AllButFirst is a list without its first entry.
func AllButFirst[T any](list []T) []T { return list[min(1, len(list)):] }

// None is an empty list.
func None[T any]([]T) []T { return nil }

// Twice is a list with every entry twice.
func Twice[T any](list []T) []T { return append(list, list...) }

// Reversed is a list from the last entry to the first.
func Reversed[T any](list []T) []T {
	slices.Reverse(list)
	return list
}

// LastFirst is a list whose last entry comes first.
func LastFirst[T any](list []T) []T {
	if len(list) > 1 {
		list = append(list[len(list)-1:], list[:len(list)-1]...)
	}
	return list
}

// UpTo keeps the first most entries of a list.
func UpTo[T any](most int) func([]T) []T {
	return func(list []T) []T { return list[:min(most, len(list))] }
}
