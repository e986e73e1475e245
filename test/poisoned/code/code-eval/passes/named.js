// Evaluates a polynomial; nothing is run.
export const evaluate = (terms, x) => terms.reduce((sum, term) => sum * x + term, 0);
export const evalAt = { eval: (x) => evaluate([1, 2, 3], x) }.eval.name;
