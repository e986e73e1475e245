import { bindFilter } from './filter-list.ts';
import { bindShortcut } from './shortcut.ts';

const input = document.querySelector<HTMLInputElement>('input[name=q]');
const all = document.querySelector<HTMLElement>('[data-list=all]');
const found = document.querySelector<HTMLElement>('[data-list=found]');
const status = document.querySelector<HTMLElement>('[data-list=status]');

if (input !== null) bindShortcut(input);
// On pages other than the list, the form itself goes to /?q=…
if (input !== null && all !== null && found !== null && status !== null) bindFilter(input, { all, found, status });
