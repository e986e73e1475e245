/** A page is made once and read for months: an approval that ended meanwhile must not look like one that holds. */
export function endSeals(page: Document, now: Date): void {
  for (const seal of page.querySelectorAll<HTMLElement>('[data-valid-until]')) {
    if (now < new Date(seal.dataset['validUntil'] ?? '')) continue;
    seal.classList.remove('seal-holds');
    for (const ended of seal.querySelectorAll<HTMLElement>('[data-seal=ended]')) ended.hidden = false;
  }
}
