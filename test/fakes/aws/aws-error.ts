/** An error as AWS names it. Each service writes it in its own form. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Headers that go with it. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** What this server does not play. It answers 501, so that no test passes by an answer that was guessed. */
export const notImplemented = (what: string): AwsError =>
  new AwsError('NotImplemented', `this server does not know ${what}`, 501);
