export const settings = async () => (await fetch('https://service.example/settings.json')).json();
export const evaluation = (score) => evaluate(score);
const evaluate = (score) => score > 1;
