// Package ui holds the building blocks of every page: own components on the
// classes of the KERN design system. Components take finished, translated
// texts (locale.T) and addresses (package link); only words that belong to the
// component itself ("optional", "weiter") come from its own texts, ui.*.json.
// Names, ids, hints and errors of form fields are tied together here and
// nowhere else: the id of a field is FieldID(name). No component needs
// JavaScript, and none writes style, script or on… attributes, so the strict
// content security policy holds. Every component with every state is listed
// by Stories.
package ui
