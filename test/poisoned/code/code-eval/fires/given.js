(function (make) { exports.run = (text) => make(text)(); })(Function);
