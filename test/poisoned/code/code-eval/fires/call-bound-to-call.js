const call = Function.prototype.call;
const run = call.bind(call, eval);
module.exports = (text) => run(null, text);
