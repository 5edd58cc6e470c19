import { connect } from 'node:net';

/** One answer as it came: `HTTP/1.1 403 Forbidden`, headers and body. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * Sends bytes as they are to a server of this machine: HTTP clients do not send a wrong Host, or none.
 * @param lines of the request's head, without the last empty one
 * @returns what comes until the server ends the connection, which each request must ask for
 */
export function sendRaw(endpoint: string, lines: readonly string[], body: string | Buffer = ''): Promise<RawAnswer> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', ...rest] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), head, body: rest.join('\r\n\r\n') });
    });
    socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`);
    socket.write(body);
  });
}
