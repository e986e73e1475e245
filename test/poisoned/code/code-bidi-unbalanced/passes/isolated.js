export const greeting = (name) => `⁨${name}⁩, welcome`;
