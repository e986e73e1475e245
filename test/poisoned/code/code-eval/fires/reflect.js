exports.first = (text) => Reflect.apply(eval, null, [text]);
exports.second = (text) => Reflect.construct(Function, [text])();
