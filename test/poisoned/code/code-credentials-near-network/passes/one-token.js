export const viewer = (token = process.env.GITHUB_TOKEN) =>
  fetch('https://forge.example/user', { headers: { authorization: `Bearer ${token}` } });
