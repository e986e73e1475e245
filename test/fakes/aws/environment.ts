/** Where this server stands, and who may use it. */
import type { Credentials } from './signature.ts';

export const region = 'eu-central-1';

export const credentials: Credentials = {
  id: 'AKIAIOSFODNN7EXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  session: 'a-session-token-that-nobody-may-see',
};

/** For a process that is to use it, and nothing of this machine's AWS configuration. */
export const environment = (url: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.id,
  AWS_SECRET_ACCESS_KEY: credentials.secret,
  AWS_SESSION_TOKEN: credentials.session,
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
});
