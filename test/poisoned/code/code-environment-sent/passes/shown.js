export const dump = () => console.log(JSON.stringify(process.env, null, 2));
