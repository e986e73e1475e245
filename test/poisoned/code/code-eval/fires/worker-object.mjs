export const run = (text) => new Worker(URL.createObjectURL(new Blob([text])));
