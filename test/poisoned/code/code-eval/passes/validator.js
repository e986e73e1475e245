// Makes a function from a schema, as validators do: the text is its own.
exports.compile = (fields, names) => {
  const checks = fields.map((field) => `if (typeof value[${JSON.stringify(field)}] !== "string") return false;`);
  const source = `${names.scope}return function (value) { ${checks.join('')} return true; }`;
  return new Function(`${names.self}`, `${names.scope}`, source);
};
exports.lines = (args, content) => { const F = Function; return new F(...args, content.map((line) => `  ${line}`).join('\n')); };
