// Package deploy holds the test that Dockerfile, docker-compose.yml and README
// agree with the variables of internal/config.
package deploy
