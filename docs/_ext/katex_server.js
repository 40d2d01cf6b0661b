// Reads one JSON request a line, {tex, display, macros}, and answers each with one line, {html} or {error}.
"use strict";
const katex = require(process.argv[2]);
const lines = require("readline").createInterface({ input: process.stdin, terminal: false });

// Letters such as "ü" in \text are fine; everything else that KaTeX finds odd is an error.
const strict = (code) => (code === "unicodeTextInMathMode" ? "ignore" : "error");

lines.on("line", (line) => {
  const { tex, display, macros } = JSON.parse(line);
  let answer;
  try {
    answer = {
      html: katex.renderToString(tex, { displayMode: display, macros, strict, throwOnError: true }),
    };
  } catch (error) {
    answer = { error: String(error.message || error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
