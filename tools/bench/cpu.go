package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc.
const tick = 10 * time.Millisecond

// cpu is the time that a process has spent computing so far.
func cpu(pid int) time.Duration {
	_, spent := processStat(strconv.Itoa(pid))
	return spent
}

// cpuOfChildren is the time that the children of a process have spent so far,
// without those that have ended.
func cpuOfChildren(pid int) (sum time.Duration) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		if parent, spent := processStat(filepath.Base(dir)); parent == pid {
			sum += spent
		}
	}
	return sum
}

func processStat(pid string) (parent int, spent time.Duration) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, 0
	}
	_, rest, found := strings.Cut(string(text), ") ") // the name may hold anything
	fields := strings.Fields(rest)
	if !found || len(fields) < 13 {
		return 0, 0
	}
	parent, _ = strconv.Atoi(fields[1])
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return parent, time.Duration(user+system) * tick
}

// spending is what the requests of a contestant have cost.
type spending struct {
	app, database, client time.Duration
	requests              int
}

// spent reads what has been spent so far by the app, the database and us.
func spent(app, database int) spending {
	return spending{app: cpu(app), database: cpuOfChildren(database), client: cpu(os.Getpid())}
}

// since adds what was spent between two readings.
func (s *spending) since(before, after spending, requests int) {
	s.app += after.app - before.app
	s.database += after.database - before.database
	s.client += after.client - before.client
	s.requests += requests
}

// perRequest is all that a request has cost, in milliseconds.
func (s *spending) perRequest() float64 {
	return ms(s.app+s.database+s.client) / float64(max(s.requests, 1))
}

func (s *spending) String() string {
	per := func(d time.Duration) float64 { return ms(d) / float64(max(s.requests, 1)) }
	return fmt.Sprintf("app %.2f ms, database %.2f ms, client %.2f ms", per(s.app), per(s.database), per(s.client))
}
