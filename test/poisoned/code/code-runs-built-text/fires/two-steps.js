const parts = ['Y29uc29s', 'ZS5sb2co', 'MSk='];
const text = Buffer.from(parts.join(''), 'base64').toString();
const run = new Function('require', text);
run(require);
