import { expect, test } from 'vitest';
import { netrcLogin } from './netrc.ts';

const text = `# ours: machine pypi.example.com login nobody password none
machine other.example.com login a password b
machine pypi.example.com
  login robot
  account x
  password s3cret
macdef init
machine macro.example.com login m password n

machine bare.example.com password only
machine empty.example.com login x
default login anonymous password guest
`;

test.each([
  ['pypi.example.com', { user: 'robot', password: 's3cret' }],
  ['other.example.com', { user: 'a', password: 'b' }],
  ['bare.example.com', { user: '', password: 'only' }],
  ['empty.example.com', undefined],
  ['macro.example.com', undefined],
  ['example.com', undefined],
  ['default', undefined],
])('the login for %s is %j', (host, login) => {
  expect(netrcLogin(text, host)).toEqual(login);
});
