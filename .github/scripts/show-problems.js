// show-problems.js <answer of a function>: warns of each server that was not approved. One holds up no other, so the job goes
// on, and whoever merged it has to know.
import { readFileSync } from 'node:fs';

const { problems = [] } = answerIn(readFileSync(process.argv[2], 'utf8')) ?? {};
const escaped = (text) => String(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const value = (text) => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
for (const { code, file, message, remedy } of problems)
  console.log(`::warning file=${value(file)},title=${value(code)}::${escaped(`${message}; ${remedy}`)}`);

// What Node says of text that is no JSON quotes it, and a line of it could be a command for the runner.
function answerIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    console.log('::error::the answer of the function is no JSON');
    process.exitCode = 1;
    return {};
  }
}
