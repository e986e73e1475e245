const { compileFunction } = process.getBuiltinModule('vm');
module.exports = (text) => compileFunction(text)();
