// Package document makes and reads files: tagged PDFs set by Typst, texts from
// Word documents, and attachments that people upload.
//
// PDFs and Word documents are worked on in a child process (Node) that gets
// JSON and gives bytes; it has no environment, may read the npm packages alone,
// and is killed after its time limit. Where Node or a package is missing, the
// rest of the system works and says so (Renderer.Available).
//
// An upload is one of few kinds, and its name, its first bytes and a light
// parser must agree on which (Inspect). It is stored under a random id (Store);
// its name is only ever text.
//
// Who may see a document is the business of the capability that owns it.
package document
