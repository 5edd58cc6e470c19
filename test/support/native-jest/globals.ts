/** What `@jest/globals` is to test files that run natively: the functions of the file that runs now, for modules that stay. */
let current: typeof import('@jest/globals');

export function useGlobals(ofFile: typeof current): void {
  current = ofFile;
}

function forward<Name extends keyof typeof current>(name: Name): (typeof current)[Name] {
  return new Proxy((() => {}) as unknown as (typeof current)[Name] & object, {
    apply: (_, self, args) => Reflect.apply(current[name] as () => unknown, self, args),
    get: (_, key) => Reflect.get(current[name], key),
  });
}

export const afterAll = forward('afterAll');
export const afterEach = forward('afterEach');
export const beforeAll = forward('beforeAll');
export const beforeEach = forward('beforeEach');
export const describe = forward('describe');
export const expect = forward('expect');
export const it = forward('it');
export const jest = forward('jest');
export const test = forward('test');
