// A validator with a method of its own of that name.
module.exports = class {
  validate(schema) {
    return schema.validate ?? this._compile(schema);
  }
  _compile(schema) {
    return (value) => typeof value === schema.type;
  }
};
