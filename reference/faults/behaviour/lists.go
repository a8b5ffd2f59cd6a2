package behaviour

import "slices"

// FirstAlone keeps only the first entry of a list.
func FirstAlone[T any](list []T) []T { return list[:min(1, len(list))] }

// AllButFirst removes the first entry of a list.
func AllButFirst[T any](list []T) []T { return list[min(1, len(list)):] }

// None returns an empty list.
func None[T any]([]T) []T { return nil }

// Twice repeats every entry of a list.
func Twice[T any](list []T) []T { return append(list, list...) }

// Reversed reverses a list.
func Reversed[T any](list []T) []T {
	slices.Reverse(list)
	return list
}

// LastFirst moves the last entry of a list to the front.
func LastFirst[T any](list []T) []T {
	if len(list) > 1 {
		list = append(list[len(list)-1:], list[:len(list)-1]...)
	}
	return list
}

// UpTo keeps the first entries of a list, at most most.
func UpTo[T any](most int) func([]T) []T {
	return func(list []T) []T { return list[:min(most, len(list))] }
}
