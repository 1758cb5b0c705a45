// Package config reads the environment once, at start. Its variables are the
// contract with those who run the system; README.md lists them.
package config
