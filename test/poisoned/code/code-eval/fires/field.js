const tools = { run: eval };
const { eval: again } = globalThis;
exports.first = (text) => tools.run(text);
exports.second = (text) => again(text);
