import { withoutSecrets } from '../../core/address.ts';
import { Failure } from '../../core/failure.ts';

/**
 * The signed metadata names it, and the copy of the registry that was asked does not have it: a view for some groups, or a
 * copy that withholds it. It is no refusal: nothing that was received is in doubt.
 */
export class NotCarried extends Failure {
  /** `address` is where the registry was asked. */
  constructor(what: string, address: string, options?: ErrorOptions) {
    super(
      'not-carried',
      `the copy of the registry at ${withoutSecrets(address)} does not carry ${what}, which its signed metadata names`,
      'that copy may be for other groups: ask the operator of the registry for the address of the whole one, or of the one for your group, and have it put into the trust config',
      options,
    );
  }
}
