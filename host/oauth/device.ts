/** Signs in on another machine: the device authorization grant (RFC 8628). */
import {
  customFetch,
  deviceAuthorizationRequest,
  deviceCodeGrantRequest,
  None,
  processDeviceAuthorizationResponse,
  processDeviceCodeResponse,
} from 'oauth4webapi';
import { devicePauseMs, deviceSlowerMs, signInTimes } from '../../core/limits.ts';
import { wanted, type Agreed } from './agreed.ts';
import { errorCodeOf, unusable } from './faults.ts';
import { isSecure } from './fetch.ts';
import { clientFor } from './register.ts';
import type { SignIn } from './sign-ins.ts';
import { tokensIn } from './tokens.ts';

export async function authorizeDevice(agreed: Agreed): Promise<SignIn> {
  const { binding, server, audience, fetch, now, signal, show, pause } = agreed;
  const { issuer } = binding;
  if (server.device_authorization_endpoint === undefined)
    throw unusable(issuer, 'it does not let people sign in on another machine');
  const client = { client_id: await clientFor(binding, server, 'device', fetch) };
  const options = { [customFetch]: fetch };
  const asked = await processDeviceAuthorizationResponse(
    server,
    client,
    await deviceAuthorizationRequest(server, client, None(), wanted(agreed), options),
  );
  const { verification_uri: address, user_code: code, device_code: device, expires_in: life, interval } = asked;
  if (!isSecure(address) || !/^[ -~]{1,64}$/u.test(code))
    throw unusable(issuer, 'it says of no https page and code how to go on');
  show(address, code);
  const until = now().getTime() + life * 1_000;
  // RFC 8628, 3.5: never sooner than it says, and slower where it says that.
  let pauseMs = Math.max((interval ?? 0) * 1_000, devicePauseMs);
  for (;;) {
    // A timer that cannot count as far as the answer says would not wait at all.
    await pause(Math.min(pauseMs, signInTimes.deviceMs), signal);
    try {
      const response = await deviceCodeGrantRequest(server, client, None(), device, {
        ...options,
        additionalParameters: { resource: audience },
      });
      const tokens = await processDeviceCodeResponse(server, client, response);
      return { binding, clientId: client.client_id, audience, ...tokensIn(issuer, tokens, now()) };
    } catch (error) {
      const reason = errorCodeOf(error);
      if (reason !== 'authorization_pending' && reason !== 'slow_down') throw error;
      if (reason === 'slow_down') pauseMs += deviceSlowerMs;
      if (now().getTime() >= until) throw unusable(issuer, 'the code was not typed in time');
    }
  }
}
