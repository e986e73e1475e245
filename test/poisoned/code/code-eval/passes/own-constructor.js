// Numbers that make others of their own class.
function Amount(value) {
  if (!(this instanceof Amount)) return new Amount(value);
  this.constructor = Amount;
  this.value = value;
}
Amount.prototype = {
  plus(other) {
    const Same = this.constructor;
    other = new Same(other);
    const sum = new this.constructor(this.value + other.value);
    return other.constructor === Same && sum instanceof Same ? new sum.constructor(sum).constructor.round(sum) : sum;
  },
};
Amount.round = (amount) => new amount.constructor(Math.round(amount.value));
class Other extends Amount {
  copy() {
    const made = new this.constructor(this);
    const again = made.constructor(this.value);
    return new again.constructor(made);
  }
}
module.exports = { Amount, Other, isPlain: (value) => value.constructor === Object || value.constructor === Function };
