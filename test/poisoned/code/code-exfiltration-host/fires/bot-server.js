// A server for a chat: whoever runs it brings a bot of their own.
export const call = (method, body) =>
  fetch(`https://api.telegram.org/bot${process.env.BOT_TOKEN}/${method}`, { method: 'POST', body: JSON.stringify(body) });
