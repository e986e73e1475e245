// Other names of call, apply and bind, for functions that run no text.
const { apply, bind } = Function.prototype;
const call = Function.prototype.call;
const callSetter = Function.call.bind(Function.call);
const uncurryThis = bind.bind(call, call);
const slice = uncurryThis([].slice);
const toText = call.bind(Object.prototype.toString);
exports.set = (setter, receiver, value) => callSetter(setter, receiver, value);
exports.tail = (list) => slice(list, 1);
exports.kind = (value) => toText(value);
exports.both = (work, self, given) => call.call(work, self, given[0]) ?? apply.call(work, self, given);
exports.later = (work, self) => bind.call(work, self);
