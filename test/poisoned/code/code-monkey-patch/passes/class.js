class List extends Array {}
List.prototype.last = function last() {
  return this[this.length - 1];
};
module.exports = List;
