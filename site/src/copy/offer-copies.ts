/** How long a button says that it copied. */
const saidMs = 2000;

/** Shows the buttons that copy, and makes them do it. Without scripts they stay hidden: they would do nothing. */
export function offerCopies(page: Document): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    button.hidden = false;
    const word = button.textContent;
    button.addEventListener('click', () => {
      navigator.clipboard.writeText(button.dataset['copy'] ?? '').then(
        () => say(button, 'Copied', word),
        () => say(button, 'Select it instead', word),
      );
    });
  }
}

function say(button: HTMLButtonElement, word: string, before: string): void {
  button.textContent = word;
  // The name of a button is not read again when it changes: its text is, where it is a live region.
  button.setAttribute('aria-live', 'polite');
  setTimeout(() => {
    button.textContent = before;
  }, saidMs);
}
