// Does one job and ends: a JSON line comes in on stdin, a PDF or HTML goes out
// on stdout. It holds no connection and reads nothing but the npm packages;
// internal/document/worker.go starts, limits and kills it.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const modules = process.argv[1];
const require = createRequire(join(modules, "/"));
const job = JSON.parse(readFileSync(0, "utf8"), (_, v) => (typeof v === "string" ? printable(v) : v));

process.stdout.write(await { pdf, html }[job.do](job));

// printable takes out what no PDF may hold (controls, byte order marks, private
// characters) and what turns the direction of a text behind its author's back.
function printable(text) {
	return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff\u{f0000}-\u{10ffff}]/gu, "");
}

// covered replaces what Fira Sans cannot show by an empty box, since a PDF that
// claims a standard may not hold such a character.
function covered(text) {
	return text.normalize("NFC").replace(
		/[^\t\n\u0020-\u007e\u00a0-\u02b2\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u0479\u048a-\u052f\u1ea0-\u1ef9\u2012-\u2016\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u2044\u2070\u2074-\u208e\u20ac\u2116\u2122\u2153-\u215f\u2190-\u2193\u2212\u2248\u2260\u2264\u2265]/gu,
		"\u25af",
	);
}

// pdf sets job.data with the template job.main. The sources are virtual: the
// workspace does not exist, so that a template could not read a file even if
// it tried, and data reaches it as JSON, never as source.
function pdf(job) {
	const { NodeCompiler } = require("@myriaddreamin/typst-ts-node-compiler");
	const fira = join(modules, "@expo-google-fonts/fira-sans");
	const faces = ["400Regular", "400Regular_Italic", "600SemiBold", "700Bold", "700Bold_Italic"];
	const workspace = "/nonexistent";
	const compiler = NodeCompiler.create({
		workspace,
		fontArgs: [{ fontPaths: faces.map((face) => join(fira, face)) }],
	});
	for (const [name, source] of Object.entries(job.sources)) {
		compiler.addSource(join(workspace, name), source);
	}
	const set = (data) =>
		compiler.pdf(
			{ mainFilePath: join(workspace, job.main), inputs: { data: JSON.stringify(data) } },
			{ pdfStandard: job.standard },
		);
	try {
		return set(job.data);
	} catch (err) {
		if (!/displayed with font|disallowed codepoint|contains the codepoint/.test(String(err.message))) {
			throw err;
		}
		return set(JSON.parse(JSON.stringify(job.data), (_, v) => (typeof v === "string" ? covered(v) : v)));
	}
}

// html reads a Word document. Pictures and links to other files are left out.
async function html(job) {
	const mammoth = require("mammoth");
	const result = await mammoth.convertToHtml(
		{ buffer: Buffer.from(job.file, "base64") },
		{
			externalFileAccess: false,
			includeEmbeddedStyleMap: false,
			convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: "" })),
		},
	);
	return result.value;
}
