package link

import "github.com/google/uuid"

// Tasks lists the tasks.
func Tasks() string { return "/auftraege" }

// TasksOf lists the open tasks of a body.
func TasksOf(bodyID uuid.UUID) string {
	return With(Tasks(), "gremium", bodyID.String(), "zustand", "offen")
}

// Task is one task.
func Task(id uuid.UUID) string { return Tasks() + "/" + id.String() }

// NewTask is the form of a new task.
func NewTask() string { return Tasks() + "/neu" }

// TaskOfDecision is the form of a new task that a decision gives.
func TaskOfDecision(decision uuid.UUID) string {
	return With(NewTask(), "beschluss", decision.String())
}

// EditTask is the form that changes a task.
func EditTask(id uuid.UUID) string { return Task(id) + "/bearbeiten" }

// SetTaskState is the form that changes the state of a task.
func SetTaskState(id uuid.UUID) string { return Task(id) + "/zustand" }
