exports.compile = (body) => {
  const params = ['container', 'depth0', 'helpers'];
  params.push(body);
  return Function.apply(this, params);
};
