module.exports = function (_, $) {
  return $;
};
