/** A token bucket: so many at once, and so many in a minute after that. */
export class Rate {
  readonly #perMinute: number;
  readonly #atOnce: number;
  #left: number;
  #at: number;

  /** `now` in milliseconds of a clock that never goes back. */
  constructor({ perMinute, atOnce }: RateLimit, now: number) {
    this.#perMinute = perMinute;
    this.#atOnce = atOnce;
    this.#left = atOnce;
    this.#at = now;
  }

  /** Takes one. Returns after how many milliseconds there is one again; 0 if there was one. */
  take(now: number): number {
    const perMs = this.#perMinute / 60_000;
    this.#left = Math.min(this.#atOnce, this.#left + (now - this.#at) * perMs);
    this.#at = now;
    if (this.#left < 1) return Math.ceil((1 - this.#left) / perMs);
    this.#left -= 1;
    return 0;
  }
}

export interface RateLimit {
  readonly perMinute: number;
  readonly atOnce: number;
}
