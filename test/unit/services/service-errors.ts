/** An error in the shape in which AWS SDK clients throw a service's refusal. */
export function serviceError(code: string, httpStatusCode: number, extra: object = {}): Error {
  return Object.assign(new Error(`${code} happened`), { name: code, $metadata: { httpStatusCode }, ...extra });
}

/** An error in the shape in which Node.js reports a connection that failed: there is no answer, hence no status. */
export function networkError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 127.0.0.1:4566`), { code, $metadata: { attempts: 3 } });
}
