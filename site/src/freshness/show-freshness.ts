/** What the newest timestamp says: hosts refuse the whole registry when its time has ended, whatever these pages show. */
interface Timestamp {
  readonly signed: { readonly version: number; readonly expires: string };
}

export async function showFreshness(page: Document, now: Date): Promise<void> {
  const line = page.querySelector<HTMLElement>('[data-freshness=line]');
  const alarm = page.querySelector<HTMLElement>('[data-freshness=ended]');
  if (line === null || alarm === null) return;
  const answer = await fetch('/metadata/timestamp.json');
  if (!answer.ok) return;
  const { signed } = (await answer.json()) as Timestamp;
  const until = signed.expires.replace('T', ' ').replace(/(?::\d\d)?Z$/u, ' UTC');
  line.textContent = `Generation ${signed.version}, fresh until ${until}.`;
  alarm.hidden = now < new Date(signed.expires);
}
