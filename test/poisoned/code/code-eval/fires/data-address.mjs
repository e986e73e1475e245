export const run = (text) => import(`data:text/javascript,${encodeURIComponent(text)}`);
