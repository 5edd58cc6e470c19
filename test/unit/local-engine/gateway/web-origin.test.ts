import { describe, expect, test } from '@jest/globals';
import { engineOrigin } from '../../../../packages/local-engine/gateway/web-origin.ts';
import { hostName, printable } from '../../../../packages/local-engine/web-origin/index.ts';

const PORT = 4566;

/** Judges a request with these headers, given as names and values in turn. */
function judge(rawHeaders: readonly string[], { url = '/', allowed = [] as readonly string[] } = {}) {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    headers[name.toLowerCase()] ??= value;
  }
  return engineOrigin(allowed).judge({ url, headers, rawHeaders }, PORT);
}

const withHost = (host: string) => ['Host', host];

describe('the Host', () => {
  test.each([
    '127.0.0.1:4566',
    'localhost:4566',
    '[::1]:4566',
    '127.0.0.1',
    'localhost',
    '[::1]',
    'localhost:8080',
    'LOCALHOST',
  ])('may be %s', (host) => {
    expect(judge(withHost(host))).toEqual({ host: host.toLowerCase(), target: '/' });
  });

  test.each([
    '',
    ' ',
    '127.elsewhere.example',
    'localhost.elsewhere.example',
    '127.0.0.1.elsewhere.example:4566',
    'elsewhere.example:4566',
    'localhost.',
    'localhost.:4566',
    '127.0.0.1.',
    '127.1',
    '127.0.0.2',
    '0.0.0.0:4566',
    '[::]:4566',
    '[::ffff:127.0.0.1]:4566',
    '2130706433',
    '0x7f000001',
    'localhost@elsewhere.example',
    'elsewhere.example@localhost',
    'user:password@localhost:4566',
    'localhost:4566@elsewhere.example',
    'localhost:',
    'localhost:port',
    'localhost:65536',
    'localhost:4566:80',
    'localhost, elsewhere.example',
    'localhost/elsewhere',
    'localhost#',
    'localhost\\elsewhere.example',
    '.localhost',
    'localhost.localdomain',
    'notlocalhost',
    'ⓛocalhost',
    '::1',
    '[::1',
  ])('may not be %j', (host) => {
    expect(judge(withHost(host))).toMatch(/Host.*--allow-host NAME/);
  });

  test('must be there, and once', () => {
    expect(judge([])).toMatch(/no Host/);
    expect(judge(['Host', 'localhost:4566', 'host', 'elsewhere.example'])).toMatch(/more than one Host/);
    expect(judge(['Host', 'localhost:4566', 'host', 'localhost:4566'])).toMatch(/more than one Host/);
  });

  test.each([
    ['photos.localhost:4566', 'photos'],
    ['My.Photos.LOCALHOST', 'my.photos'],
    ['a-bucket.with.dots.localhost:1', 'a-bucket.with.dots'],
    ['photos.localhost.localhost', 'photos.localhost'],
  ])('%s names the bucket %s', (host, bucket) => {
    expect(judge(withHost(host))).toMatchObject({ bucket });
  });

  test.each([
    'ab.localhost',
    '-photos.localhost',
    'a..b.localhost',
    '127.0.0.1.localhost',
    'my_photos.localhost',
    `${'a'.repeat(64)}.localhost`,
  ])('%s names no bucket, and is refused', (host) => {
    expect(judge(withHost(host))).toMatch(/is not the engine's/);
  });

  test('may be a name that an option allows, and no name below it', () => {
    const allowed = ['Pipeline.test', 'photos.localhost'];
    expect(judge(withHost('pipeline.test:4566'), { allowed })).toEqual({ host: 'pipeline.test:4566', target: '/' });
    expect(judge(withHost('photos.localhost'), { allowed })).toEqual({ host: 'photos.localhost', target: '/' });
    expect(judge(withHost('a.pipeline.test:4566'), { allowed })).toMatch(/is not the engine's/);
  });

  test.each([
    '',
    '*',
    '*.test',
    'pipeline.test:4566',
    'http://pipeline.test',
    'a b',
    'pipeline.test.',
    '1.2.3.4.5',
    '[1:2]',
  ])('cannot be allowed as %j', (name) => {
    expect(() => hostName(name)).toThrow(/is not a host name/);
  });
});

describe('the target', () => {
  test('given as a whole URL, must be to the Host', () => {
    const url = 'http://LOCALHOST:4566/photos/a?b=1';
    expect(judge(withHost('localhost:4566'), { url })).toEqual({ host: 'localhost:4566', target: '/photos/a?b=1' });
    expect(judge(withHost('localhost:4566'), { url: 'http://localhost:4566?b=1' })).toMatchObject({ target: '/?b=1' });
    for (const url of ['http://elsewhere.example/', 'http://localhost:4566@elsewhere.example/', 'HTTP://localhost/']) {
      expect(judge(withHost('localhost:4566'), { url })).toMatch(/its Host is "localhost:4566"/);
    }
  });

  test.each(['*', 'https://localhost:4566/', 'file:///etc/passwd', 'localhost:4566', ''])('may not be %j', (url) => {
    expect(judge(withHost('localhost:4566'), { url })).toMatch(/is not a path/);
  });

  test('may begin with two slashes, which name no other host', () => {
    expect(judge(withHost('localhost:4566'), { url: '//elsewhere.example/' })).toMatchObject({
      host: 'localhost:4566',
      target: '//elsewhere.example/',
    });
  });
});

describe('a web page', () => {
  test.each(['http://localhost:4566', 'HTTP://LocalHost:4566'])(
    "of the engine's own origin %s may call it",
    (origin) => {
      const own = judge([...withHost('localhost:4566'), 'Origin', origin, 'Sec-Fetch-Site', 'same-origin']);
      expect(own).not.toHaveProperty('foreign');
    },
  );

  test.each([
    'null',
    '',
    'https://elsewhere.example',
    'http://elsewhere.example:4566',
    'http://localhost:3000',
    'http://localhost',
    'https://localhost:4566',
    'http://127.0.0.1:4566',
    'http://photos.localhost:4566',
    'http://localhost:4566/',
    'http://localhost:4566, http://localhost:4566',
    'http://user@localhost:4566',
    'localhost:4566',
    'chrome-extension://abcdefgh',
    'file://',
  ])('of the origin %j is foreign', (origin) => {
    const foreign = expect.stringMatching(/^The request comes from a web page of the origin ".*"\. A web page/);
    expect(judge([...withHost('localhost:4566'), 'Origin', origin])).toMatchObject({ foreign });
  });

  test('of a port on which the engine does not listen is foreign, also if it names that port as Host', () => {
    const foreign = judge([...withHost('localhost:3000'), 'Origin', 'http://localhost:3000']);
    expect(foreign).toHaveProperty('foreign');
  });

  test.each(['cross-site', 'same-site', 'Cross-Site', 'none, cross-site', 'anything'])(
    'that sends Sec-Fetch-Site: %s is foreign, also without an Origin',
    (site) => {
      const foreign = expect.stringContaining('Sec-Fetch-Site');
      expect(judge([...withHost('localhost:4566'), 'Sec-Fetch-Site', site])).toMatchObject({ foreign });
      const own = ['Origin', 'http://localhost:4566'];
      expect(judge([...withHost('localhost:4566'), ...own, 'Sec-Fetch-Site', site])).toMatchObject({ foreign });
    },
  );

  test('is not what an address typed by a person sends', () => {
    expect(judge([...withHost('localhost:4566'), 'Sec-Fetch-Site', 'none'])).not.toHaveProperty('foreign');
  });
});

test('what is shown of a header is one line of printable ASCII, and not long', () => {
  expect(printable('a\u001b[31mb\nc\u202e')).toBe('a\\u001b[31mb\\u000ac\\u202e');
  expect(printable('x'.repeat(10_000)).length).toBeLessThan(300);
});
