import { expect, test } from 'vitest';
import { keepWords, launcherWords, loginWords, verifyWords } from './launcher.ts';

test.each([
  [launcherWords, 'countersign run notes'],
  [verifyWords, 'countersign verify notes'],
  [loginWords, 'countersign login notes'],
])('%o names the trust file in development', (words, command) => {
  expect(words('notes', 'production').join(' ')).toBe(command);
  expect(words('notes', 'development').join(' ')).toBe(`${command} --trust .registry/trust.json`);
});

test('a secret is kept under its name', () => {
  const command = 'countersign credentials set notes X_API_Key';
  expect(keepWords('notes', 'X_API_Key', 'production').join(' ')).toBe(command);
  expect(keepWords('notes', 'X_API_Key', 'development').join(' ')).toBe(`${command} --trust .registry/trust.json`);
});
