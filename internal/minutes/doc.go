// Package minutes knows the minutes (Niederschrift) of a sitting: their text,
// versions and seals.
//
// States: drafting (office writes, chair reads), circulated (a version is
// frozen, members object until the deadline), amending (the next version, in
// which each difference has its reason), ready_for_approval, approved, signed,
// published; superseded. From circulated on a version never changes; an error
// found after the approval becomes a correction note of its own.
//
// So far: the pure parts. A block's text is normalised plain text with a few
// marks (Markdown), read into nodes that pages and papers render themselves; two texts are
// compared word by word (Diff); a version is frozen as canonical JSON whose
// hash is chained to the version before it (Seal, Verify).
package minutes
