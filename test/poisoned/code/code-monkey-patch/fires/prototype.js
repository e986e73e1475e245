Array.prototype.map = function map(each) {
  const seen = [];
  for (const item of this) seen.push(each(item));
  return seen;
};
