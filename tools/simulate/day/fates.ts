import { Random } from '../world/random.ts';
import type { CallFate } from '../world/transport.ts';

/** What is special about one call on its way; the rest is as always. */
export type Strike = Partial<CallFate>;

/** What happens to each call of a service on its way: calls are counted over all operations and environments of a service, from 1. */
export class Fates {
  readonly #random: Random;
  readonly #calls = new Map<string, number>();
  readonly #strikes = new Map<string, Strike>();
  #isCalm = false;

  constructor(seed: string) {
    this.#random = new Random(`network ${seed}`);
  }

  /** @param service such as `bucket-service` @param nth from 1 */
  strike(service: string, nth: number, strike: Strike): void {
    this.#strikes.set(`${service} ${nth}`, strike);
  }

  /** From now on nothing special happens. */
  calm(): void {
    this.#isCalm = true;
  }

  /** The fate of a service's next call. */
  next(service: string): CallFate {
    const nth = (this.#calls.get(service) ?? 0) + 1;
    this.#calls.set(service, nth);
    const latency = { thereMs: this.#random.between(1, 30), backMs: this.#random.between(1, 30) };
    return this.#isCalm ? latency : { ...latency, ...this.#strikes.get(`${service} ${nth}`) };
  }
}
