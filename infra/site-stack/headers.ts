/** What every answer of the site carries. A test compares it with what `registry serve` sends. */
import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';

export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** Clients in browsers read the API of MCP registries from other addresses, without credentials. */
export const crossOrigin = {
  accessControlAllowOrigins: ['*'],
  accessControlAllowMethods: ['GET', 'OPTIONS'],
  accessControlAllowHeaders: ['Authorization', 'Content-Type'],
};

export function headersPolicy(scope: Construct, id: string, name: string, forApi: boolean): ResponseHeadersPolicy {
  return new ResponseHeadersPolicy(scope, id, {
    responseHeadersPolicyName: `${name}-${forApi ? 'api' : 'site'}`,
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: false, override: true },
    },
    customHeadersBehavior: {
      customHeaders: [{ header: 'Cross-Origin-Opener-Policy', value: 'same-origin', override: true }],
    },
    ...(forApi && {
      corsBehavior: { ...crossOrigin, accessControlAllowCredentials: false, originOverride: true },
    }),
    removeHeaders: ['x-amz-version-id', 'x-amz-server-side-encryption'],
  });
}
