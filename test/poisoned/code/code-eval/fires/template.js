module.exports = function compile(body, names) {
  return eval('(function (' + names.join(',') + ') {' + body + '})');
};
