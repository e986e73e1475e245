const shapes = { ETH: /^0x[a-fA-F0-9]{40}$/, BTC: /^[13][a-km-zA-HJ-NP-Z1-9]{25,34}$/, SOL: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/ };
export const isAddress = (currency, text) => shapes[currency]?.test(text.replace(/\s/g, '')) ?? false;
