const call = Function.prototype.call;
const uncurryThis = Function.prototype.bind.bind(call, call);
const make = uncurryThis(Function);
module.exports = (text) => make(null, text)();
