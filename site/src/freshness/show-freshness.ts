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
  const until = new Date(signed.expires);
  // A timestamp does not say when it was signed, but each one lives as long as any other.
  const signedAt = new Date(until.getTime() - Number(line.dataset['timestampHours']) * 3_600_000);
  line.textContent = `Generation ${signed.version}, signed ${minute(signedAt)}, fresh until ${minute(until)}.`;
  alarm.hidden = now < until;
}

/** `2026-04-15 09:30 UTC` */
const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
