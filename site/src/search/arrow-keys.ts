/** The arrow keys go from the search box through the rows that are shown, and back; Enter opens, as it does any link. */
export function bindArrowKeys(input: HTMLInputElement): void {
  addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const links = [...document.querySelectorAll<HTMLElement>('.row-name a')].filter(
      (link) => link.closest('[hidden]') === null,
    );
    const stops = [input, ...links];
    const at = stops.findIndex((stop) => stop === document.activeElement);
    const next = at === -1 ? undefined : stops[at + (event.key === 'ArrowDown' ? 1 : -1)];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  });
}
