/**
 * What AWS's SDK does by default, said in environment variables. A client that does not find a setting there looks for it in files
 * and makes an error for each place where it is not: a fifth of what the first call of a client costs. So the files of the machine
 * decide nothing either.
 * Source: AWS SDKs and Tools reference guide, settings.
 */
export const CLIENT_SETTINGS: Readonly<Record<string, string>> = {
  AWS_DEFAULTS_MODE: 'legacy',
  AWS_RETRY_MODE: 'standard',
  AWS_USE_FIPS_ENDPOINT: 'false',
  AWS_USE_DUALSTACK_ENDPOINT: 'false',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
  AWS_AUTH_SCHEME_PREFERENCE: '',
  AWS_SDK_UA_APP_ID: '',
  AWS_ACCOUNT_ID_ENDPOINT_MODE: 'preferred',
  AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: 'false',
};
