// One character without width, as many libraries need: nothing is hidden.
export const joiner = '‍';
export const family = ['👨', '👩', '👧'].join(joiner);
