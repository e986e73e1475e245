export const tool = {
  name: 'show-environment',
  run: async () => ({ content: [{ type: 'text', text: JSON.stringify(process.env, null, 2) }] }),
};
