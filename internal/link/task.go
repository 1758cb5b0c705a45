package link

import "github.com/google/uuid"

// Tasks lists the tasks that are not finished.
func Tasks() string { return "/auftraege" }

// TasksOfBody lists those of a body.
func TasksOfBody(id uuid.UUID) string { return With(Tasks(), "ort", id.String()) }

// Task is one task.
func Task(id uuid.UUID) string { return Tasks() + "/" + id.String() }

// NewTask is the form of a new task.
func NewTask() string { return Tasks() + "/neu" }

// NewTaskOfBody is the form of a new task of a body.
func NewTaskOfBody(id uuid.UUID) string { return With(NewTask(), "ort", id.String()) }

// NewTaskFromDecision is the form of a task that a decision gives.
func NewTaskFromDecision(id uuid.UUID) string { return With(NewTask(), "beschluss", id.String()) }

// NewTaskFromActivity is the form of a task that an activity leads to.
func NewTaskFromActivity(id uuid.UUID) string { return With(NewTask(), "taetigkeit", id.String()) }

// EditTask is the form that changes a task.
func EditTask(id uuid.UUID) string { return Task(id) + "/bearbeiten" }

// ReportTask is the form that says what has become of a task.
func ReportTask(id uuid.UUID) string { return Task(id) + "/stand" }
